//! What one viewer met with: how long it waited for parts, what failed, what did not continue.

use std::{collections::BTreeMap, time::Duration};

use tokio::time::Instant;

/// Everything that a viewer noted down since the figures were last reset.
#[derive(Debug, Clone, Default)]
pub struct Sightings {
    /// Parts downloaded.
    pub parts: u64,
    /// When the newest part was there.
    pub newest: Option<Instant>,
    /// The longest time between two parts.
    pub longest_gap: Duration,
    /// Requests that failed, by what was asked for and the answer, such as `playlist 502`.
    pub failures: BTreeMap<String, u64>,
    /// Changes of the discontinuity sequence number between one part and the next.
    pub discontinuities: u64,
    /// Everything that a player may not be given, in words.
    pub breaks: Vec<String>,
}

impl Sightings {
    /// Notes a part that was there at `now`.
    pub fn part(&mut self, now: Instant) {
        self.longest_gap = self.gap_at(now);
        self.newest = Some(now);
        self.parts += 1;
    }

    /// Notes a request that failed.
    pub fn failure(&mut self, what: String) {
        *self.failures.entry(what).or_default() += 1;
    }

    /// The longest time without a new part, the time since the newest one included.
    pub fn gap_at(&self, now: Instant) -> Duration {
        let open = self.newest.map_or(Duration::ZERO, |newest| now - newest);
        self.longest_gap.max(open)
    }

    /// Begins anew, with the newest part as the beginning of the first gap.
    pub fn reset(&mut self) {
        *self = Self { newest: self.newest, ..Self::default() };
    }

    /// The failures on one line; `none` without any.
    pub fn failures_in_words(&self) -> String {
        if self.failures.is_empty() {
            return "none".to_owned();
        }
        let each = self.failures.iter().map(|(what, count)| format!("{count}x {what}"));
        each.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_that_is_still_open_counts() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut seen = Sightings::default();
        assert_eq!(seen.gap_at(at(500)), Duration::ZERO);
        for millis in [0, 200, 700, 900] {
            seen.part(at(millis));
        }
        assert_eq!(seen.gap_at(at(1_000)), Duration::from_millis(500));
        assert_eq!(seen.gap_at(at(2_000)), Duration::from_millis(1_100));
        seen.reset();
        assert_eq!(seen.gap_at(at(1_000)), Duration::from_millis(100));
        assert_eq!(seen.parts, 0);
    }

    #[test]
    fn failures_are_counted_by_kind() {
        let mut seen = Sightings::default();
        assert_eq!(seen.failures_in_words(), "none");
        for what in ["playlist 502", "playlist 502", "part 404"] {
            seen.failure(what.to_owned());
        }
        assert_eq!(seen.failures_in_words(), "1x part 404, 2x playlist 502");
    }
}
