//! How long to wait before a job is started again.

use std::time::Duration;

/// Pauses that double from `first` to `longest`, and start over once a job ran for `steady`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The first pause.
    pub first: Duration,
    /// The longest.
    pub longest: Duration,
    /// A job that ran for this long was well.
    pub steady: Duration,
    /// Failures in a row.
    failures: u32,
}

impl Backoff {
    /// No failure yet.
    pub fn new(first: Duration, longest: Duration, steady: Duration) -> Self {
        Self { first, longest, steady, failures: 0 }
    }

    /// The pause before the next start, after one that failed having run for `ran`.
    pub fn failed(&mut self, ran: Duration) -> Duration {
        if ran >= self.steady {
            self.failures = 0;
        }
        let factor = 2_u32.saturating_pow(self.failures);
        self.failures = self.failures.saturating_add(1);
        self.first.saturating_mul(factor).min(self.longest)
    }

    /// Failures in a row so far.
    pub fn failures(&self) -> u32 {
        self.failures
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new(Duration::from_millis(500), Duration::from_secs(30), Duration::from_secs(30))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_start_over_after_a_steady_run() {
        let seconds = Duration::from_secs;
        let mut backoff = Backoff::new(seconds(1), seconds(8), seconds(30));
        let pauses: Vec<u64> = (0..6).map(|_| backoff.failed(seconds(2)).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 8, 8]);
        assert_eq!(backoff.failures(), 6);
        assert_eq!(backoff.failed(seconds(31)), seconds(1));
        assert_eq!(backoff.failures(), 1);
        for _ in 0..100 {
            assert!(backoff.failed(seconds(0)) <= seconds(8));
        }
    }
}
