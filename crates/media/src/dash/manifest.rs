//! The document as a whole.

use std::sync::Arc;

use super::{
    duration::{date_time, duration},
    period::{self, Period},
    xml::Xml,
};
use crate::{TrackKind, hls::Snapshot};

/// What a manifest promises. Times in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How far players should stay behind the live edge.
    pub latency: u64,
    /// How often they should look for what is new.
    pub refresh: u64,
    /// Where they read the time of day, relative to the manifest.
    pub clock: &'static str,
}

impl Default for Settings {
    fn default() -> Self {
        Self { latency: 2_000_000, refresh: 500_000, clock: "time" }
    }
}

const PROFILES: &str = "urn:mpeg:dash:profile:isoff-live:2011,\
                        http://www.dashif.org/guidelines/low-latency-live-v5";

/// The manifest of a stream with these renditions, the source's picture first; `None` while there is
/// nothing to list.
pub fn manifest(renditions: &[Arc<Snapshot>], settings: &Settings) -> Option<String> {
    let is_video = |snapshot: &&Arc<Snapshot>| snapshot.kind == TrackKind::Video;
    let leader = renditions.iter().find(is_video).or(renditions.first())?;
    let periods = period::periods(leader, renditions);
    let newest = leader.listed().last()?;
    let epoch = period::epoch(leader, newest);
    let listed: u64 = leader.listed().map(|segment| segment.duration()).sum();
    let target = u64::from(leader.target_duration) * 1_000_000;
    let latency = settings.latency;
    let mut attributes = vec![
        ("xmlns", "urn:mpeg:dash:schema:mpd:2011".to_owned()),
        ("profiles", PROFILES.to_owned()),
        ("type", "dynamic".to_owned()),
        ("availabilityStartTime", date_time(epoch)),
        ("publishTime", date_time(published(renditions, leader))),
        ("minBufferTime", duration(latency / 2)),
        // For players that fetch whole segments: one to play while the next is written.
        ("suggestedPresentationDelay", duration(latency.max(2 * target))),
        ("timeShiftBufferDepth", duration(period::microseconds(leader, listed))),
        ("maxSegmentDuration", duration(target)),
    ];
    if leader.ended {
        let end = newest.start + i64::try_from(newest.duration()).unwrap_or(0);
        attributes.push(("mediaPresentationDuration", duration(period::time(leader, end))));
    } else {
        attributes.push(("minimumUpdatePeriod", duration(settings.refresh)));
    }
    let mut xml = Xml::new();
    xml.element("MPD", &attributes, |mpd| {
        write_service_description(mpd, latency);
        let next_starts = periods.iter().skip(1).map(|period| Some(period.start)).chain([None]);
        for (period, next) in periods.iter().zip(next_starts) {
            write_period(mpd, period, next, epoch, settings);
        }
        write_clock(mpd, settings);
    });
    Some(xml.finish())
}

/// When the newest listed segment of any rendition began, which is when the manifest changed.
fn published(renditions: &[Arc<Snapshot>], leader: &Snapshot) -> i64 {
    let newest = renditions.iter().filter_map(|snapshot| snapshot.listed().last());
    let newest = newest.map(|segment| segment.program_date_time).max().unwrap_or_default();
    // The end is news as well.
    newest + i64::from(leader.ended)
}

fn write_service_description(mpd: &mut Xml, latency: u64) {
    let milliseconds = |microseconds: u64| (microseconds / 1_000).to_string();
    mpd.element("ServiceDescription", &[("id", "0".to_owned())], |service| {
        service.empty(
            "Latency",
            &[
                ("referenceId", "0".to_owned()),
                ("target", milliseconds(latency)),
                ("max", milliseconds(latency * 3)),
                ("min", milliseconds(latency / 2)),
            ],
        );
        service.empty("PlaybackRate", &[("max", "1.04".to_owned()), ("min", "0.96".to_owned())]);
    });
}

fn write_clock(parent: &mut Xml, settings: &Settings) {
    let scheme = "urn:mpeg:dash:utc:http-iso:2014".to_owned();
    parent.empty("UTCTiming", &[("schemeIdUri", scheme), ("value", settings.clock.to_owned())]);
}

fn write_period(
    mpd: &mut Xml,
    period: &Period<'_>,
    next: Option<u64>,
    epoch: i64,
    settings: &Settings,
) {
    let mut attributes = vec![("id", period.id.to_string()), ("start", duration(period.start))];
    if next.is_some() {
        // The media may end before the next period begins.
        attributes.push(("duration", duration(period.end.saturating_sub(period.start))));
    }
    mpd.element("Period", &attributes, |out| {
        for (id, set) in period.adaptation_sets.iter().enumerate() {
            let kind = match set.kind {
                TrackKind::Video => "video",
                TrackKind::Audio => "audio",
            };
            let attributes = [
                ("id", id.to_string()),
                ("contentType", kind.to_owned()),
                ("mimeType", format!("{kind}/mp4")),
                ("segmentAlignment", "true".to_owned()),
                ("startWithSAP", "1".to_owned()),
            ];
            out.element("AdaptationSet", &attributes, |out| {
                let reference = [
                    ("id", "0".to_owned()),
                    ("type", "encoder".to_owned()),
                    ("wallClockTime", date_time(epoch)),
                    ("presentationTime", "0".to_owned()),
                ];
                out.element("ProducerReferenceTime", &reference, |out| write_clock(out, settings));
                let role = "urn:mpeg:dash:role:2011".to_owned();
                out.empty("Role", &[("schemeIdUri", role), ("value", "main".to_owned())]);
                for representation in &set.representations {
                    representation.write(out, period.start);
                }
            });
        }
    });
}
