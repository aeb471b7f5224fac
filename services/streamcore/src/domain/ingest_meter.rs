//! What an encoder sends, measured: rates from sizes and arrivals, lost frames and delay from
//! timestamps.
//!
//! Frames that the encoder dropped before sending leave a gap between decode times, for encoders
//! count on; a network that stalls makes frames arrive later than their timestamps say.

use std::collections::VecDeque;

/// Steps between frames that the usual step is the median of.
const STEPS: usize = 31;
/// Steps before there is a usual one.
const ENOUGH_STEPS: usize = 8;
/// Readings in which the most punctual frame is looked for.
const PUNCTUAL: usize = 60;

/// See the [module](self).
#[derive(Debug, Default)]
pub struct IngestMeter {
    session: u64,
    now: Counts,
    picture: Option<Picture>,
    steps: VecDeque<i64>,
    /// For each of the last readings, how far its most punctual frame arrived after its decode
    /// time, in microseconds of two clocks that have nothing in common but their pace.
    offsets: VecDeque<i64>,
    interval: Option<KeyframeInterval>,
}

/// What came since the last reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Bytes of coded frames, picture and sound.
    pub bytes: u64,
    /// Pictures.
    pub pictures: u32,
    /// Pictures that are missing between the timestamps of others.
    pub missing: u32,
    /// Offset of the most punctual and of the latest picture.
    offsets: Option<(i64, i64)>,
}

/// One reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What came.
    pub counts: Counts,
    /// Microseconds by which the latest picture lagged behind the most punctual of the last minute.
    pub delay: Option<i64>,
}

/// Distance between the last two keyframes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyframeInterval {
    /// Microseconds.
    pub duration: i64,
    /// Pictures.
    pub pictures: u32,
}

/// A coded picture that arrived.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Decode time on the encoder's clock, microseconds.
    pub decode_time: i64,
    /// When it arrived on our clock, microseconds.
    pub arrived: i64,
    /// Whether decoding may start with it.
    pub keyframe: bool,
}

/// The picture before.
#[derive(Debug, Clone, Copy)]
struct Picture {
    decode_time: i64,
    /// Decode time of the last keyframe and the pictures since.
    keyframe: Option<(i64, u32)>,
}

impl IngestMeter {
    /// Counts a frame's bytes, of picture or sound.
    pub fn bytes(&mut self, bytes: usize) {
        self.now.bytes += bytes as u64;
    }

    /// Takes in one picture of a publishing session.
    pub fn picture(&mut self, session: u64, arrival: Arrival) {
        if session != self.session {
            self.begin(session);
        }
        self.now.pictures += 1;
        let offset = arrival.arrived - arrival.decode_time;
        let (least, most) = self.now.offsets.unwrap_or((offset, offset));
        self.now.offsets = Some((least.min(offset), most.max(offset)));
        if let Some(before) = self.picture {
            self.step(arrival.decode_time - before.decode_time);
        }
        self.picture = Some(self.after(arrival));
    }

    /// What came since the last reading.
    pub fn read(&mut self) -> Reading {
        let counts = std::mem::take(&mut self.now);
        let delay = counts.offsets.and_then(|(least, most)| {
            keep(&mut self.offsets, least, PUNCTUAL);
            Some(most - *self.offsets.iter().min()?)
        });
        Reading { counts, delay }
    }

    /// The distance between the last two keyframes of this session.
    pub fn keyframe_interval(&self) -> Option<KeyframeInterval> {
        self.interval
    }

    /// Another publisher has another clock.
    fn begin(&mut self, session: u64) {
        *self = Self { session, now: Counts { offsets: None, ..self.now }, ..Self::default() };
    }

    fn step(&mut self, step: i64) {
        if let Some(usual) = self.usual_step()
            && step * 2 > usual * 3
        {
            // 2.1 steps are one missing picture, not one and a tenth.
            let missing = (step + usual / 2) / usual - 1;
            self.now.missing =
                self.now.missing.saturating_add(u32::try_from(missing).unwrap_or(u32::MAX));
        }
        if step > 0 {
            keep(&mut self.steps, step, STEPS);
        }
    }

    fn usual_step(&self) -> Option<i64> {
        if self.steps.len() < ENOUGH_STEPS {
            return None;
        }
        let mut steps: Vec<i64> = self.steps.iter().copied().collect();
        let middle = steps.len() / 2;
        Some(*steps.select_nth_unstable(middle).1)
    }

    fn after(&mut self, arrival: Arrival) -> Picture {
        let since = self.picture.and_then(|before| before.keyframe);
        let keyframe = if arrival.keyframe {
            if let Some((decode_time, pictures)) = since {
                let duration = arrival.decode_time - decode_time;
                self.interval = Some(KeyframeInterval { duration, pictures });
            }
            Some((arrival.decode_time, 1))
        } else {
            since.map(|(decode_time, pictures)| (decode_time, pictures + 1))
        };
        Picture { decode_time: arrival.decode_time, keyframe }
    }
}

/// Appends to what is kept of the last `most` values.
fn keep(values: &mut VecDeque<i64>, value: i64, most: usize) {
    if values.len() == most {
        values.pop_front();
    }
    values.push_back(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: i64 = 33_333;

    /// RTMP rounds decode times to milliseconds.
    fn rounded(microseconds: i64) -> i64 {
        (microseconds + 500) / 1_000 * 1_000
    }

    fn feed(meter: &mut IngestMeter, pictures: impl Iterator<Item = i64>, late: i64) {
        for number in pictures {
            let decode_time = rounded(number * FRAME);
            let arrived = 1_000_000_000 + number * FRAME + late;
            let keyframe = number % 60 == 0;
            meter.picture(1, Arrival { decode_time, arrived, keyframe });
            meter.bytes(1_000);
        }
    }

    #[test]
    fn a_steady_stream_misses_nothing() {
        let mut meter = IngestMeter::default();
        feed(&mut meter, 0..150, 0);
        let reading = meter.read();
        assert_eq!((reading.counts.pictures, reading.counts.missing), (150, 0));
        assert_eq!(reading.counts.bytes, 150_000);
        assert!(reading.delay.unwrap() <= 1_000, "{reading:?}");
        let interval = meter.keyframe_interval().unwrap();
        assert_eq!((interval.duration, interval.pictures), (2_000_000, 60));
        assert_eq!(meter.read().counts, Counts::default());
    }

    #[test]
    fn pictures_that_were_dropped_are_counted() {
        let mut meter = IngestMeter::default();
        feed(&mut meter, (0..30).chain(31..40).chain(45..60), 0);
        assert_eq!(meter.read().counts.missing, 6);
    }

    #[test]
    fn a_stall_shows_as_delay() {
        let mut meter = IngestMeter::default();
        feed(&mut meter, 0..30, 0);
        meter.read();
        feed(&mut meter, 30..60, 400_000);
        let delay = meter.read().delay.unwrap();
        assert!((400_000..402_000).contains(&delay), "{delay}");
    }

    #[test]
    fn another_publisher_starts_with_its_own_clock() {
        let mut meter = IngestMeter::default();
        feed(&mut meter, 0..30, 0);
        let decode_time = 7_000_000_000;
        let arrived = 1_002_000_000;
        meter.picture(2, Arrival { decode_time, arrived, keyframe: true });
        let reading = meter.read();
        assert_eq!(reading.counts.missing, 0);
        assert_eq!(reading.delay, Some(0));
        assert_eq!(meter.keyframe_interval(), None);
    }
}
