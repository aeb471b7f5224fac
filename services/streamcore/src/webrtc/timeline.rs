//! One clock for all frames of a stream, through every reconnect of its publisher.

use std::time::{Duration, Instant};

use media::TrackKind;

use crate::bus::Entry;

/// Where the clock starts, so that sound a little older than the first picture has a time.
/// Microseconds.
const LEAD: i64 = 60_000_000;

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Timeline {
    epoch: Instant,
    session: Option<Session>,
    /// The newest frame: when it arrived and where it was placed, microseconds.
    newest: Option<(i64, i64)>,
    last: [u64; 2],
}

#[derive(Debug, Clone, Copy)]
struct Session {
    number: u64,
    /// Add to a time of the publisher's clock, in microseconds, to get one of ours.
    offset: i64,
}

/// Where a frame belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    /// Ticks of the RTP clock of its codec, later than every one before it in its track.
    pub(super) time: u64,
    /// When that is.
    pub(super) instant: Instant,
}

impl Timeline {
    /// A timeline whose first frame belongs about `now`.
    pub(super) fn new(now: Instant) -> Self {
        let lead = Duration::from_micros(LEAD.unsigned_abs());
        let epoch = now.checked_sub(lead).unwrap_or(now);
        Self { epoch, session: None, newest: None, last: [0; 2] }
    }

    /// Places the next frame.
    pub(super) fn place(&mut self, entry: &Entry) -> Placed {
        let timescale = entry.config.timescale().max(1);
        let theirs = scale(entry.frame.pts, 1_000_000, timescale);
        let session = match self.session {
            Some(session) if session.number == entry.session => session,
            _ => self.begin(entry, theirs),
        };
        let micros = theirs.saturating_add(session.offset).max(0);
        self.newest = Some((entry.arrived, micros));
        let (index, clock) = match entry.config.kind() {
            TrackKind::Video => (0, 90_000),
            TrackKind::Audio => (1, 48_000),
        };
        let last = self.last.get_mut(index);
        let mut time = scale(micros, clock, 1_000_000).unsigned_abs();
        if let Some(last) = last {
            time = time.max(*last + 1);
            *last = time;
        }
        Placed { time, instant: self.epoch + Duration::from_micros(micros.unsigned_abs()) }
    }

    /// A publisher's clock says nothing of another's: the time of arrival joins them.
    fn begin(&mut self, entry: &Entry, theirs: i64) -> Session {
        let ours = match self.newest {
            Some((arrived, micros)) => micros + (entry.arrived - arrived).max(1),
            None => LEAD,
        };
        let session = Session { number: entry.session, offset: ours - theirs };
        self.session = Some(session);
        session
    }
}

fn scale(value: i64, to: i64, from: u32) -> i64 {
    let scaled = i128::from(value) * i128::from(to) / i128::from(from);
    i64::try_from(scaled).unwrap_or(if scaled < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use media::{CodecConfig, Frame, aac::AudioConfig};

    use super::*;

    fn sound(session: u64, arrived: i64, pts: i64) -> Entry {
        let config = AudioConfig::parse(Bytes::from_static(&[0x11, 0x90])).unwrap();
        let frame = Frame { dts: pts, pts, keyframe: true, data: Bytes::new() };
        Entry::new(frame, Arc::new(CodecConfig::Aac(config)), session, arrived)
    }

    #[test]
    fn time_goes_on_when_the_publisher_comes_back_with_another_clock() {
        let now = Instant::now();
        let mut timeline = Timeline::new(now);
        let first = timeline.place(&sound(1, 1_000_000, 500_000));
        assert_eq!((first.time, first.instant), (60 * 48_000, now));
        let next = timeline.place(&sound(1, 1_020_000, 500_960));
        assert_eq!(next.time, first.time + 960);
        let back = timeline.place(&sound(2, 3_020_000, 7));
        assert_eq!(back.time, next.time + 2 * 48_000);
        assert_eq!(back.instant, now + Duration::from_millis(2_020));
        let stuck = timeline.place(&sound(2, 3_030_000, 7));
        assert_eq!(stuck.time, back.time + 1, "time never stands still");
    }
}
