//! One track being packaged: the part and the segment being written, and the window behind them.

use std::sync::Arc;

use bytes::Bytes;

use super::{
    cadence::Cadence,
    clock::ticks_to_us,
    snapshot::{Init, Part, Segment},
};
use crate::{
    CodecConfig, Frame, TrackKind,
    cmaf::{self, Sample},
};

/// The single track of every file.
const TRACK_ID: u32 = 1;

/// What fixes the shape of a rendition for its life.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// What it carries.
    pub(super) kind: TrackKind,
    /// Ticks per second.
    pub(super) timescale: u32,
    /// Longest part, ticks.
    pub(super) part_target: i64,
    /// Microseconds since 1970 of media time zero.
    pub(super) epoch: i64,
    /// Listed length of the playlist, ticks.
    pub(super) window: u64,
    /// Bytes of complete segments to keep at most.
    pub(super) max_bytes: usize,
    /// Ticks of complete segments to keep whatever they weigh.
    pub(super) min_window: u64,
}

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Rendition {
    shape: Shape,
    cadence: Cadence,
    inits: Vec<Init>,
    segments: Vec<Arc<Segment>>,
    listed_from: usize,
    open: Segment,
    open_start: Option<i64>,
    samples: Vec<Pending>,
    /// Media time at which the newest part said it ends.
    part_end: Option<i64>,
    fragments: u32,
    independent_segments: bool,
}

/// A frame waiting for its part to close, times in ticks of media time.
#[derive(Debug)]
struct Pending {
    dts: i64,
    composition_offset: i64,
    keyframe: bool,
    data: Bytes,
}

impl Rendition {
    /// An empty rendition whose first segment is number `msn`.
    pub(super) fn new(
        shape: Shape,
        config: Arc<CodecConfig>,
        cadence: Cadence,
        msn: u64,
        discontinuity_sequence: u64,
    ) -> Self {
        let init = Init { number: 1, bytes: cmaf::init_segment(&config, TRACK_ID), config };
        let open = Segment {
            msn,
            discontinuity_sequence,
            discontinuity: false,
            init: init.number,
            start: 0,
            stretch: 0,
            program_date_time: 0,
            parts: Vec::new(),
        };
        Self {
            shape,
            cadence,
            inits: vec![init],
            segments: Vec::new(),
            listed_from: 0,
            open,
            open_start: None,
            samples: Vec::new(),
            part_end: None,
            fragments: 0,
            independent_segments: true,
        }
    }

    /// The media time in ticks of a frame that came with `ticks`, freed of rounding; `None` for a
    /// frame that does not move time forward and must be dropped.
    pub(super) fn media_time(&mut self, ticks: i64) -> Option<i64> {
        self.cadence.snap(ticks)
    }

    /// Takes a frame at the media time that [`Rendition::media_time`] gave for it. Returns whether
    /// a part closed.
    pub(super) fn push(&mut self, frame: &Frame, dts: i64) -> bool {
        let closed = self.part_length(dts) + self.cadence.step() > self.shape.part_target
            && self.close_part(Some(dts));
        let shown = self.shown(frame, dts);
        let start = self.continue_from(dts);
        if self.open_start.is_none() {
            self.open_start = Some(start);
            self.open.start = shown - dts + start;
            let before = self.segments.last().filter(|_| !self.open.discontinuity);
            self.open.stretch = before.map_or(self.open.start, |segment| segment.stretch);
            self.open.program_date_time = self.wall_clock(self.open.start);
            self.independent_segments &= frame.keyframe;
        }
        self.samples.push(Pending {
            dts: start,
            composition_offset: match self.shape.kind {
                TrackKind::Video => shown - start,
                TrackKind::Audio => 0,
            },
            keyframe: frame.keyframe,
            data: frame.data.clone(),
        });
        // With the frame's own length known from the cadence there is no need to see the next one.
        let full = self.part_length(dts + self.cadence.step()) + self.cadence.step()
            > self.shape.part_target;
        (full && self.close_part(None)) || closed
    }

    /// The media time in ticks at which a frame that is decoded at `dts` is shown.
    pub(super) fn shown(&self, frame: &Frame, dts: i64) -> i64 {
        dts + self.cadence.snap_interval(frame.pts - frame.dts)
    }

    /// Ticks since the open segment began, were the next frame to come at media time `dts`.
    pub(super) fn segment_length(&self, dts: i64) -> i64 {
        self.open_start.map_or(0, |start| dts - start)
    }

    /// Media time in ticks at which the open segment began.
    pub(super) fn open_start(&self) -> Option<i64> {
        self.open_start
    }

    /// Ends the open segment (and part); the next frame starts a new one. `next` is the media time
    /// of that frame where it continues this segment. An empty segment stays.
    pub(super) fn cut(&mut self, next: Option<i64>) {
        self.close_part(next);
        if self.open.is_empty() {
            return;
        }
        let next = Segment {
            msn: self.open.msn + 1,
            discontinuity_sequence: self.open.discontinuity_sequence,
            discontinuity: false,
            init: self.open.init,
            start: 0,
            stretch: 0,
            program_date_time: 0,
            parts: Vec::new(),
        };
        self.segments.push(Arc::new(std::mem::replace(&mut self.open, next)));
        self.open_start = None;
        self.trim();
    }

    /// Ends the open segment and marks the next one as not continuing it, with a new
    /// initialization segment when the codec configuration changed.
    pub(super) fn interrupt(&mut self, config: &Arc<CodecConfig>) {
        self.cut(None);
        self.part_end = None;
        self.cadence.restart();
        if !self.open.discontinuity && !self.segments.is_empty() {
            self.open.discontinuity = true;
            self.open.discontinuity_sequence += 1;
        }
        self.adopt(config);
    }

    /// Ends the open segment and starts a version of `leader`, a segment of another rendition with
    /// the same clock.
    pub(super) fn follow(&mut self, leader: &Segment, config: &Arc<CodecConfig>) {
        self.cut((!leader.discontinuity).then_some(leader.start));
        let rounding = self.cadence.step() / 2;
        self.part_end = self
            .part_end
            .filter(|end| !leader.discontinuity && (end - leader.start).abs() <= rounding);
        self.open.msn = leader.msn;
        self.open.discontinuity_sequence = leader.discontinuity_sequence;
        self.open.discontinuity = leader.discontinuity;
        self.open.start = leader.start;
        self.open.program_date_time = leader.program_date_time;
        self.adopt(config);
    }

    /// Ends the open segment, a version of `leader`, with a gap for what is missing of it.
    pub(super) fn leave_gap(&mut self, leader: &Segment) {
        self.close_part(None);
        self.part_end = None;
        let missing = leader.duration().saturating_sub(self.open.duration());
        // Less than half a frame is rounding.
        let mut missing =
            if missing > self.cadence.step().unsigned_abs() / 2 { missing } else { 0 };
        let longest = u64::try_from(self.shape.part_target).unwrap_or(1).max(1);
        while missing > 0 {
            let duration = missing.min(longest);
            self.open.parts.push(Part { duration, independent: false, bytes: Bytes::new() });
            missing -= duration;
        }
        self.cut(None);
    }

    /// Forgets all complete segments and drops what is open.
    pub(super) fn forget(&mut self) {
        self.segments.clear();
        self.listed_from = 0;
        self.samples.clear();
        self.open.parts.clear();
        self.open_start = None;
        self.part_end = None;
        self.independent_segments = true;
    }

    /// The segment that is being shown at media time `ticks`, complete or begun.
    pub(super) fn segment_at(&self, ticks: i64) -> Option<&Segment> {
        let tolerance = self.cadence.step() / 2;
        let open = self.open_start.map(|_| &self.open);
        let newest_first = open.into_iter().chain(self.segments.iter().rev().map(AsRef::as_ref));
        newest_first.into_iter().find(|segment| segment.start <= ticks + tolerance)
    }

    /// The segment with this number, complete or begun.
    pub(super) fn segment(&self, msn: u64) -> Option<&Segment> {
        let open = self.open_start.map(|_| &self.open);
        let newest_first = open.into_iter().chain(self.segments.iter().rev().map(AsRef::as_ref));
        newest_first.into_iter().find(|segment| segment.msn == msn)
    }

    /// Uses `config` from the open segment on.
    fn adopt(&mut self, config: &Arc<CodecConfig>) {
        let newest = self.inits.last();
        if newest.is_none_or(|init| init.config != *config) {
            let number = newest.map_or(1, |init| init.number + 1);
            let bytes = cmaf::init_segment(config, TRACK_ID);
            self.inits.push(Init { number, bytes, config: config.clone() });
            self.open.init = number;
        }
    }

    /// The codec configuration of the open segment.
    pub(super) fn config(&self) -> Option<&Arc<CodecConfig>> {
        self.inits.last().map(|init| &init.config)
    }

    /// The shape it was made with.
    pub(super) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Ticks a frame lasts.
    pub(super) fn frame_duration(&self) -> i64 {
        self.cadence.step()
    }

    /// Whether every segment so far starts with a frame that decoding may start at.
    pub(super) fn independent_segments(&self) -> bool {
        self.independent_segments
    }

    /// Initialization segments still referred to.
    pub(super) fn inits(&self) -> &[Init] {
        &self.inits
    }

    /// All complete segments that are kept.
    pub(super) fn segments(&self) -> &[Arc<Segment>] {
        &self.segments
    }

    /// The complete segments that are listed.
    pub(super) fn listed(&self) -> &[Arc<Segment>] {
        self.segments.get(self.listed_from..).unwrap_or_default()
    }

    /// The segment being written.
    pub(super) fn open(&self) -> &Segment {
        &self.open
    }

    /// Where a frame for media time `dts` is decoded: the first of a part continues where the part
    /// before said it ends, so that playlists and media agree to the tick. A longer pause stays.
    fn continue_from(&self, dts: i64) -> i64 {
        let near = |end: &i64| (dts - end).abs() < self.shape.part_target;
        self.part_end.filter(|end| self.samples.is_empty() && near(end)).unwrap_or(dts)
    }

    /// Microseconds since 1970 of a media time in ticks.
    fn wall_clock(&self, ticks: i64) -> i64 {
        self.shape.epoch + ticks_to_us(ticks, self.shape.timescale)
    }

    /// Ticks from the first pending sample to `dts`.
    fn part_length(&self, dts: i64) -> i64 {
        self.samples.first().map_or(0, |first| dts - first.dts)
    }

    /// Turns the pending samples into a part. `next` is the time of the frame that follows, where
    /// it is known; otherwise the last frame is taken to last one step.
    fn close_part(&mut self, next: Option<i64>) -> bool {
        let Some((first, last)) = self.samples.first().zip(self.samples.last()) else {
            return false;
        };
        // A keyframe further in stays unsaid: a player that joins here needs the first frame.
        let (start, independent) = (first.dts, first.keyframe);
        let step = self.cadence.step();
        // A frame held longer than a part can say ends with the part; the next one's own time
        // carries the rest of the pause.
        let longest = (self.shape.part_target - (last.dts - start)).max(1);
        let end = last.dts + next.map_or(step, |next| next - last.dts).clamp(1, longest);
        let ends = self.samples.iter().skip(1).map(|sample| sample.dts).chain([end]);
        let samples: Vec<Sample> = self
            .samples
            .iter()
            .zip(ends)
            .map(|(sample, end)| Sample {
                duration: u32::try_from((end - sample.dts).max(0)).unwrap_or(u32::MAX),
                composition_offset: i32::try_from(sample.composition_offset).unwrap_or(0),
                keyframe: sample.keyframe,
                data: sample.data.clone(),
            })
            .collect();
        self.fragments = self.fragments.wrapping_add(1);
        let bytes =
            cmaf::fragment(self.fragments, TRACK_ID, u64::try_from(start).unwrap_or(0), &samples);
        let duration = u64::try_from(end - start).unwrap_or(0);
        self.open.parts.push(Part { duration, independent, bytes });
        self.samples.clear();
        self.part_end = Some(end);
        true
    }

    /// Delists what left the window and forgets what was delisted long enough ago: a segment stays
    /// available for its own length plus that of the playlist (RFC 8216 §6.2.2).
    fn trim(&mut self) {
        let mut ticks = 0;
        let mut bytes = 0;
        let mut listed = 0;
        let mut kept = 0;
        for segment in self.segments.iter().rev() {
            if ticks < self.shape.min_window
                || (ticks < self.shape.window && bytes < self.shape.max_bytes)
            {
                listed += 1;
            } else if ticks >= 2 * self.shape.window || bytes >= self.shape.max_bytes {
                break;
            }
            ticks += segment.duration();
            bytes += segment.len();
            kept += 1;
        }
        self.segments.drain(..self.segments.len() - kept);
        self.listed_from = kept - listed;
        let oldest = self.segments.first().map_or(self.open.init, |segment| segment.init);
        self.inits.retain(|init| init.number >= oldest);
    }
}
