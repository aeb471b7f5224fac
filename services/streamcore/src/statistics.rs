//! The figures of one stream on air: five minutes of samples, one a second.

use std::{collections::VecDeque, time::Duration};

use api::streamcore::{StreamFigures, StreamSample};
use parking_lot::Mutex;
use time::OffsetDateTime;

use crate::{
    audience::Audience,
    bus::Entry,
    domain::ingest_meter::{Arrival, IngestMeter, Reading},
};

/// Samples that are kept.
const KEPT: usize = 300;
/// Samples that the present rates are the mean of: one alone jumps by a frame.
const RECENT: usize = 5;

/// See the [module](self).
#[derive(Debug)]
pub struct Statistics {
    /// Who watches.
    pub audience: Audience,
    meter: Mutex<IngestMeter>,
    history: Mutex<History>,
}

#[derive(Debug, Default)]
struct History {
    samples: VecDeque<StreamSample>,
    received: u64,
    sent: u64,
    missing: u64,
}

impl Statistics {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { audience: Audience::new(), meter: Mutex::default(), history: Mutex::default() }
    }

    /// Takes in a frame on its way to the bus.
    pub fn frame(&self, entry: &Entry) {
        let mut meter = self.meter.lock();
        meter.bytes(entry.frame.data.len());
        if entry.config.kind() == media::TrackKind::Video {
            let decode_time = microseconds(entry.frame.dts, entry.config.timescale());
            let (arrived, keyframe) = (entry.arrived, entry.frame.keyframe);
            meter.picture(entry.session, Arrival { decode_time, arrived, keyframe });
        }
    }

    /// Adds a sample of what happened in the time since the one before.
    pub fn sample(&self, now: OffsetDateTime, elapsed: Duration) {
        let Reading { counts, delay } = self.meter.lock().read();
        let viewers = u32::try_from(self.audience.viewers()).unwrap_or(u32::MAX);
        let sent = self.audience.bytes();
        let mut history = self.history.lock();
        let sample = StreamSample {
            at: now,
            ingest_bitrate: rate(counts.bytes * 8, elapsed),
            frame_rate: hundredths(f64::from(counts.pictures) / elapsed.as_secs_f64()),
            missing_frames: counts.missing,
            delay_ms: delay.map(|delay| u32::try_from(delay / 1_000).unwrap_or(u32::MAX)),
            viewers,
            egress_bitrate: rate(sent.saturating_sub(history.sent) * 8, elapsed),
        };
        history.received += counts.bytes;
        history.missing += u64::from(counts.missing);
        history.sent = sent;
        if history.samples.len() == KEPT {
            history.samples.pop_front();
        }
        history.samples.push_back(sample);
    }

    /// The present figures; rates are means over the last seconds.
    pub fn figures(&self) -> StreamFigures {
        let interval = self.meter.lock().keyframe_interval();
        let history = self.history.lock();
        let recent = || history.samples.iter().rev().take(RECENT);
        let samples = recent().count().max(1) as u64;
        let last = history.samples.back();
        StreamFigures {
            ingest_bitrate: recent().map(|sample| sample.ingest_bitrate).sum::<u64>() / samples,
            frame_rate: mean(recent().map(|sample| sample.frame_rate)),
            keyframe_seconds: interval.map(|it| hundredths(seconds(it.duration))),
            keyframe_frames: interval.map(|it| it.pictures),
            delay_ms: last.and_then(|sample| sample.delay_ms),
            viewers: last.map_or(0, |sample| sample.viewers),
            egress_bitrate: recent().map(|sample| sample.egress_bitrate).sum::<u64>() / samples,
            received_bytes: history.received,
            sent_bytes: history.sent,
            missing_frames: history.missing,
        }
    }

    /// The samples later than `since`, oldest first.
    pub fn samples(&self, since: Option<OffsetDateTime>) -> Vec<StreamSample> {
        let history = self.history.lock();
        let later = |sample: &&StreamSample| since.is_none_or(|since| sample.at > since);
        history.samples.iter().filter(later).cloned().collect()
    }
}

/// Ticks of a track's clock in microseconds.
fn microseconds(ticks: i64, timescale: u32) -> i64 {
    let wide = i128::from(ticks) * 1_000_000 / i128::from(timescale.max(1));
    i64::try_from(wide).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "durations of seconds are far below 2^52 µs")]
fn seconds(microseconds: i64) -> f64 {
    microseconds as f64 / 1e6
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { hundredths(sum / count) } else { 0.0 }
}

/// Per second, from an amount in some time.
fn rate(amount: u64, elapsed: Duration) -> u64 {
    let micros = elapsed.as_micros().max(1);
    u64::try_from(u128::from(amount) * 1_000_000 / micros).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_bounded_and_given_from_where_they_are_asked_for() {
        let statistics = Statistics::new();
        let start = OffsetDateTime::UNIX_EPOCH;
        for second in 0..400 {
            statistics.audience.sent(1_000);
            statistics.sample(start + Duration::from_secs(second), Duration::from_secs(1));
        }
        assert_eq!(statistics.samples(None).len(), KEPT);
        let later = statistics.samples(Some(start + Duration::from_secs(397)));
        assert_eq!(later.len(), 2);
        assert_eq!(later[0].egress_bitrate, 8_000);
        let figures = statistics.figures();
        assert_eq!((figures.sent_bytes, figures.egress_bitrate), (400_000, 8_000));
    }
}
