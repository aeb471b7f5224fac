use std::time::Duration;

const MICROSECONDS_PER_MINUTE: i64 = 60_000_000;

/// A rate, and how much of it may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Steady rate.
    pub per_minute: u32,
    /// Requests that may come at once after a pause.
    pub burst: u32,
}

/// Whether a request is within its quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is.
    pub allowed: bool,
    /// How many more could come at once.
    pub remaining: u32,
    /// When the quota is whole again.
    pub reset_after: Duration,
    /// When the next request would be within it; nothing for one that is.
    pub retry_after: Duration,
}

impl Quota {
    /// So many a minute, a fifth of them at once.
    pub fn per_minute(per_minute: u32) -> Self {
        Self { per_minute, burst: (per_minute / 5).max(1) }
    }

    /// Microseconds in which one request is made good.
    pub fn interval(self) -> i64 {
        MICROSECONDS_PER_MINUTE / i64::from(self.per_minute.max(1))
    }

    /// How long an empty quota takes to be whole.
    pub fn refill(self) -> Duration {
        microseconds(self.interval() * i64::from(self.burst))
    }
}

/// The generic cell rate algorithm (ITU-T I.371): given the theoretical arrival time that is kept
/// for a caller, decides on a request at `now` and says the time to keep. All in microseconds.
pub fn decide(kept: Option<i64>, now: i64, quota: Quota) -> (Decision, i64) {
    let interval = quota.interval();
    let capacity = interval * i64::from(quota.burst.max(1));
    let arrival = kept.map_or(now, |kept| kept.max(now));
    let next = arrival + interval;
    let allowed_at = next - capacity;
    let allowed = now >= allowed_at;
    let kept = if allowed { next } else { arrival };
    let remaining = u32::try_from((now + capacity - kept) / interval).unwrap_or(0);
    let decision = Decision {
        allowed,
        remaining,
        reset_after: microseconds(kept - now),
        retry_after: microseconds(if allowed { 0 } else { allowed_at - now }),
    };
    (decision, kept)
}

fn microseconds(count: i64) -> Duration {
    Duration::from_micros(u64::try_from(count).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Quota, decide};

    /// One a second, three at once.
    const QUOTA: Quota = Quota { per_minute: 60, burst: 3 };
    const SECOND: i64 = 1_000_000;

    #[test]
    fn a_burst_is_served_and_then_the_steady_rate() {
        let mut kept = None;
        let mut ask = |now: i64| {
            let (decision, next) = decide(kept, now, QUOTA);
            kept = Some(next);
            decision
        };
        for left in [2, 1, 0] {
            let decision = ask(100);
            assert_eq!((decision.allowed, decision.remaining), (true, left));
        }
        let refused = ask(100);
        assert!(!refused.allowed);
        assert_eq!(refused.retry_after, Duration::from_secs(1));
        assert_eq!(refused.reset_after, Duration::from_secs(3));
        assert!(!ask(100 + SECOND - 1).allowed, "a moment too early");
        assert!(ask(100 + SECOND).allowed, "what was refused cost nothing");
        assert!(!ask(100 + SECOND).allowed);
        let rested = ask(100 + 60 * SECOND);
        assert_eq!(
            (rested.allowed, rested.remaining),
            (true, 2),
            "no more than the burst is saved"
        );
    }

    #[test]
    fn over_an_hour_exactly_the_rate_and_the_burst_are_served() {
        let mut kept = None;
        let mut served = 0;
        for tick in 0..36_000_i64 {
            let (decision, next) = decide(kept, tick * SECOND / 10, QUOTA);
            kept = Some(next);
            served += u32::from(decision.allowed);
        }
        assert_eq!(served, 3_600 + 2);
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let (_, kept) = decide(None, 10 * SECOND, QUOTA);
        let (decision, _) = decide(Some(kept), 0, QUOTA);
        assert!(!decision.allowed);
    }
}
