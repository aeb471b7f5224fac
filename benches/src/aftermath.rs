//! What a kill did to the viewer and how long it took to be over.

use std::{fmt, time::Duration};

use crate::{latency::Latencies, sightings::Sightings, victim::Victim};

/// What one kill did.
#[derive(Debug, Clone, Default)]
pub struct Aftermath {
    /// The longest time between two parts.
    pub gap: Duration,
    /// From the kill until the stream was listed as live for good; nothing where it always was.
    pub on_air: Option<Duration>,
    /// From the kill until every service was ready for good; nothing where they always were.
    pub ready: Option<Duration>,
    /// Connections that the encoder had to make again.
    pub reconnects: u64,
    /// What the viewer noted.
    pub seen: Sightings,
}

impl Aftermath {
    /// The head of a table of these.
    pub const HEAD: &str = "longest gap  live again  ready again  reconnects  discontinuities  breaks  failed requests";

    /// Times are medians, everything else is summed up.
    pub fn median(rows: &[&Self]) -> Self {
        let middle =
            |times: Vec<Duration>| (!times.is_empty()).then(|| Latencies::new(times).quantile(500));
        let mut seen = Sightings::default();
        for row in rows {
            seen.discontinuities += row.seen.discontinuities;
            seen.breaks.extend(row.seen.breaks.iter().cloned());
            for (what, count) in &row.seen.failures {
                *seen.failures.entry(what.clone()).or_default() += count;
            }
        }
        Self {
            gap: middle(rows.iter().map(|row| row.gap).collect()).unwrap_or_default(),
            on_air: middle(rows.iter().filter_map(|row| row.on_air).collect()),
            ready: middle(rows.iter().filter_map(|row| row.ready).collect()),
            reconnects: rows.iter().map(|row| row.reconnects).sum(),
            seen,
        }
    }

    /// What must not be. Nobody may notice that Redis or PostgreSQL was away: no request fails, no gap
    /// is longer than `limit`, the encoder stays connected.
    pub fn faults(&self, victim: Option<Victim>, limit: Duration) -> Vec<String> {
        let mut faults = self.seen.breaks.clone();
        if let Some(victim @ (Victim::Redis | Victim::Postgres)) = victim {
            let title = victim.title();
            if self.gap > limit {
                faults.push(format!("{title}: a gap of {:.2?}", self.gap));
            }
            if !self.seen.failures.is_empty() {
                let failures = self.seen.failures_in_words();
                faults.push(format!("{title}: failed requests: {failures}"));
            }
            if self.reconnects > 0 {
                faults.push(format!("{title}: the encoder was cut off"));
            }
        }
        faults
    }
}

impl fmt::Display for Aftermath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |time: Option<Duration>| {
            time.map_or("-".to_owned(), |time| format!("{:.2} s", time.as_secs_f64()))
        };
        write!(
            f,
            "{:>11} {:>11} {:>12} {:>11} {:>16} {:>7}  {}",
            time(Some(self.gap)),
            time(self.on_air),
            time(self.ready),
            self.reconnects,
            self.seen.discontinuities,
            self.seen.breaks.len(),
            self.seen.failures_in_words()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn medians_of_times_and_sums_of_counts() {
        let row = |gap, on_air: Option<u64>| {
            let mut seen = Sightings::default();
            seen.failure("part 404".to_owned());
            let on_air = on_air.map(Duration::from_secs);
            Aftermath { gap: SECOND * gap, on_air, reconnects: 1, seen, ..Aftermath::default() }
        };
        let rows = [row(5, None), row(1, Some(3)), row(2, Some(4))];
        let middle = Aftermath::median(&rows.iter().collect::<Vec<_>>());
        assert_eq!((middle.gap, middle.on_air, middle.ready), (SECOND * 2, Some(SECOND * 3), None));
        assert_eq!((middle.reconnects, middle.seen.failures["part 404"]), (3, 3));
    }

    #[test]
    fn only_the_services_may_be_missed() {
        let mut seen = Sightings::default();
        seen.failure("playlist 502".to_owned());
        let noticed = Aftermath { gap: SECOND * 3, reconnects: 1, seen, ..Aftermath::default() };
        assert_eq!(noticed.faults(Some(Victim::Postgres), SECOND).len(), 3);
        assert!(noticed.faults(Some(Victim::Services), SECOND).is_empty());
        assert!(noticed.faults(None, SECOND).is_empty());
        let mut broken = Aftermath::default();
        assert!(broken.faults(Some(Victim::Redis), SECOND).is_empty());
        broken.seen.breaks.push("segment 9 moved".to_owned());
        assert_eq!(broken.faults(Some(Victim::Services), SECOND), ["segment 9 moved"]);
    }
}
