//! A stretch of continuous media, and what each rendition has of it.

use std::sync::Arc;

use super::xml::{Attribute, Xml};
use crate::{
    CodecConfig, TrackKind, VideoRange,
    frame_rate::lowest_terms,
    hls::{
        Segment, Snapshot,
        clock::{ticks_to_us, us_to_ticks},
    },
};

/// See the [module](self). Times are media time in microseconds.
#[derive(Debug)]
pub(super) struct Period<'a> {
    /// The number of the stretch.
    pub(super) id: u64,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) adaptation_sets: Vec<AdaptationSet<'a>>,
}

/// Representations that a player may switch between.
#[derive(Debug)]
pub(super) struct AdaptationSet<'a> {
    pub(super) kind: TrackKind,
    pub(super) representations: Vec<Representation<'a>>,
}

/// One rendition's segments of one period, oldest first and without a gap.
#[derive(Debug)]
pub(super) struct Representation<'a> {
    snapshot: &'a Snapshot,
    config: &'a CodecConfig,
    segments: Vec<&'a Segment>,
}

/// The periods that `leader` lists something of, with what all renditions have of them.
pub(super) fn periods<'a>(
    leader: &'a Snapshot,
    renditions: &'a [Arc<Snapshot>],
) -> Vec<Period<'a>> {
    let mut periods: Vec<Period<'a>> = Vec::new();
    for segment in leader.listed() {
        let end = time(leader, segment.start + i64::try_from(segment.duration()).unwrap_or(0));
        match periods.last_mut().filter(|last| last.id == segment.discontinuity_sequence) {
            Some(period) => period.end = end,
            None => periods.push(Period {
                id: segment.discontinuity_sequence,
                start: time(leader, segment.stretch),
                end,
                adaptation_sets: Vec::new(),
            }),
        }
    }
    for period in &mut periods {
        for snapshot in renditions {
            if let Some(representation) = Representation::of(snapshot, period.id) {
                period.add(representation);
            }
        }
    }
    periods
}

/// Microseconds since 1970 of media time zero.
pub(super) fn epoch(snapshot: &Snapshot, segment: &Segment) -> i64 {
    segment.program_date_time - ticks_to_us(segment.start, snapshot.timescale)
}

/// Media time in microseconds.
pub(super) fn time(snapshot: &Snapshot, ticks: i64) -> u64 {
    u64::try_from(ticks_to_us(ticks, snapshot.timescale)).unwrap_or(0)
}

/// A length in microseconds.
pub(super) fn microseconds(snapshot: &Snapshot, ticks: u64) -> u64 {
    time(snapshot, i64::try_from(ticks).unwrap_or(i64::MAX))
}

impl<'a> Period<'a> {
    /// Puts a representation with those of the same codec.
    fn add(&mut self, representation: Representation<'a>) {
        let kind = representation.snapshot.kind;
        let family = representation.family();
        let known = self.adaptation_sets.iter_mut().find(|set| {
            set.kind == kind && set.representations.iter().all(|other| other.family() == family)
        });
        match known {
            Some(set) => set.representations.push(representation),
            None => self
                .adaptation_sets
                .push(AdaptationSet { kind, representations: vec![representation] }),
        }
    }
}

impl<'a> Representation<'a> {
    /// What a rendition has of a period; nothing before its newest gap.
    fn of(snapshot: &'a Snapshot, period: u64) -> Option<Self> {
        let segments = snapshot.listed().filter(|it| it.discontinuity_sequence == period);
        let mut segments: Vec<&Segment> = segments.map(AsRef::as_ref).collect();
        if let Some(gap) = segments.iter().rposition(|segment| segment.is_gap()) {
            segments.drain(..=gap);
        }
        let config = &snapshot.init(segments.first()?.init)?.config;
        Some(Self { snapshot, config, segments })
    }

    /// The sample entry, which must not change where a player switches.
    fn family(&self) -> String {
        let codecs = self.config.rfc6381();
        codecs.split('.').next().unwrap_or_default().to_owned()
    }

    /// Writes the element; `period` is where the period starts, media time in microseconds.
    pub(super) fn write(&self, out: &mut Xml, period: u64) {
        out.element("Representation", &self.attributes(), |out| {
            self.write_descriptors(out);
            let snapshot = self.snapshot;
            let name = &snapshot.name;
            let init = self.segments.first().map_or(1, |segment| segment.init);
            let start = i64::try_from(period).unwrap_or(i64::MAX);
            let mut attributes = vec![
                ("timescale", snapshot.timescale.to_string()),
                ("presentationTimeOffset", us_to_ticks(start, snapshot.timescale).to_string()),
                ("startNumber", self.segments.first().map_or(0, |segment| segment.msn).to_string()),
                ("initialization", format!("{name}/init-{init}.mp4")),
                ("media", format!("{name}/$Number$.m4s")),
            ];
            if !snapshot.ended {
                attributes.push(("availabilityTimeOffset", self.time_offset()));
                attributes.push(("availabilityTimeComplete", "false".to_owned()));
            }
            out.element("SegmentTemplate", &attributes, |out| {
                out.element("SegmentTimeline", &[], |out| self.write_timeline(out));
            });
        });
    }

    fn attributes(&self) -> Vec<Attribute<'static>> {
        let mut attributes = vec![
            ("id", self.snapshot.name.to_string()),
            ("bandwidth", self.bandwidth().to_string()),
            ("codecs", self.config.rfc6381()),
        ];
        if let Some(picture) = self.config.picture() {
            attributes.push(("width", picture.width.to_string()));
            attributes.push(("height", picture.height.to_string()));
            let frame = u32::try_from(self.snapshot.frame_duration).unwrap_or(0);
            if let Some((rate, unit)) = lowest_terms(self.snapshot.timescale, frame) {
                attributes.push(("frameRate", format!("{rate}/{unit}")));
            }
            let (across, down) = picture.pixel_aspect.unwrap_or((1, 1));
            attributes.push(("sar", format!("{across}:{down}")));
        }
        if let Some(sound) = self.config.sound() {
            attributes.push(("audioSamplingRate", sound.sample_rate.to_string()));
        }
        attributes
    }

    fn write_descriptors(&self, out: &mut Xml) {
        if let Some(sound) = self.config.sound() {
            let scheme = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011".to_owned();
            let value = ("value", sound.channels.to_string());
            out.empty("AudioChannelConfiguration", &[("schemeIdUri", scheme), value]);
        }
        let transfer = match self.config.picture().map(|picture| picture.range) {
            Some(VideoRange::Pq) => 16,
            Some(VideoRange::Hlg) => 18,
            Some(VideoRange::Sdr) | None => return,
        };
        let scheme = "urn:mpeg:mpegB:cicp:TransferCharacteristics".to_owned();
        let value = ("value", transfer.to_string());
        out.empty("SupplementalProperty", &[("schemeIdUri", scheme), value]);
    }

    /// Bits per second of the busiest complete segment; before there is one, of what there is and a
    /// fifth more.
    fn bandwidth(&self) -> u64 {
        let rate = |segment: &&Segment| {
            let bits = segment.len() as u64 * 8 * u64::from(self.snapshot.timescale);
            bits.checked_div(segment.duration())
        };
        let open = self.snapshot.open.msn;
        let complete = self.segments.iter().filter(|segment| segment.msn != open);
        let average = self.snapshot.bitrate;
        complete.filter_map(rate).max().unwrap_or(average + average / 5).max(average).max(1)
    }

    /// How long before its end a segment can be asked for, seconds: when its first part is there.
    fn time_offset(&self) -> String {
        let length = microseconds(self.snapshot, self.expected_length());
        let early = length.saturating_sub(self.snapshot.part_target);
        format!("{}.{:03}", early / 1_000_000, early / 1_000 % 1_000)
    }

    /// Ticks that the open segment is expected to last: as long as the one before it.
    fn expected_length(&self) -> u64 {
        let open = &self.snapshot.open;
        let before = self.segments.iter().rev().find(|segment| segment.msn != open.msn);
        let target = u64::from(self.snapshot.target_duration) * u64::from(self.snapshot.timescale);
        before.map_or(target, |segment| segment.duration()).max(open.duration())
    }

    /// The `S` elements: one for each run of segments that are equally long and follow each other.
    fn write_timeline(&self, out: &mut Xml) {
        let mut runs: Vec<(i64, u64, u64)> = Vec::new();
        for (at, segment) in self.segments.iter().enumerate() {
            let length = self.length(segment, self.segments.get(at + 1).copied());
            match runs.last_mut() {
                Some((start, each, count))
                    if *each == length
                        && *start + i64::try_from(*each * *count).unwrap_or(i64::MAX)
                            == segment.start =>
                {
                    *count += 1;
                }
                _ => runs.push((segment.start, length, 1)),
            }
        }
        for (start, each, count) in runs {
            let mut attributes = vec![("t", start.to_string()), ("d", each.to_string())];
            if count > 1 {
                attributes.push(("r", (count - 1).to_string()));
            }
            out.empty("S", &attributes);
        }
    }

    /// Ticks of a segment, up to the next one where that follows within a frame.
    fn length(&self, segment: &Segment, next: Option<&Segment>) -> u64 {
        let open = segment.msn == self.snapshot.open.msn;
        let own =
            if open && !self.snapshot.ended { self.expected_length() } else { segment.duration() };
        let to_next = next.and_then(|next| u64::try_from(next.start - segment.start).ok());
        to_next
            .filter(|to_next| to_next.abs_diff(own) <= self.snapshot.frame_duration)
            .unwrap_or(own)
            .max(1)
    }
}
