//! Wall-clock time that never steps.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Reads the wall clock once and counts on from there, so that a correction of the system's clock
/// does not tear a stream's timeline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WallClock {
    started: Instant,
    wall: i64,
}

impl WallClock {
    /// Reads the system's clock.
    pub(crate) fn start() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), wall: microseconds(wall) }
    }

    /// Microseconds since 1970.
    pub(crate) fn now(self) -> i64 {
        self.wall + microseconds(self.started.elapsed())
    }
}

fn microseconds(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
