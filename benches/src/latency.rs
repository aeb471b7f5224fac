//! Distributions of short times.

use std::{fmt, time::Duration};

/// Times, to be asked for quantiles.
#[derive(Debug, Clone, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Sorts the times.
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The time that `per_mille` of a thousand do not exceed; zero where there is none.
    pub fn quantile(&self, per_mille: usize) -> Duration {
        let index = (self.0.len() * per_mille).div_ceil(1_000).saturating_sub(1);
        self.0.get(index).copied().unwrap_or_default()
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [middle, late, last] =
            [500, 990, 1_000].map(|at| self.quantile(at).as_secs_f64() * 1e3);
        write!(f, "p50 {middle:.1} ms, p99 {late:.1} ms, max {last:.1} ms of {}", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_members() {
        let times = Latencies::new((1..=100).rev().map(Duration::from_millis).collect());
        assert_eq!(times.quantile(500), Duration::from_millis(50));
        assert_eq!(times.quantile(990), Duration::from_millis(99));
        assert_eq!(times.quantile(1_000), Duration::from_millis(100));
        assert_eq!(Latencies::default().quantile(500), Duration::ZERO);
    }
}
