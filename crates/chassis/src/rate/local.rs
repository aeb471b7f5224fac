use std::collections::BTreeMap;
use std::fmt;

use parking_lot::Mutex;

use super::gcra::{Decision, Quota, decide};

/// Callers that are remembered at once.
const CAPACITY: usize = 10_000;

/// The counts of this process, for when the store is away. Bounded.
#[derive(Default)]
pub(super) struct Local {
    arrivals: Mutex<BTreeMap<String, i64>>,
}

impl Local {
    pub(super) fn take(&self, key: String, quota: Quota, now: i64) -> Decision {
        let mut arrivals = self.arrivals.lock();
        let (decision, kept) = decide(arrivals.get(&key).copied(), now, quota);
        if arrivals.len() >= CAPACITY && !arrivals.contains_key(&key) {
            arrivals.retain(|_, arrival| *arrival > now);
            if arrivals.len() >= CAPACITY {
                arrivals.pop_first();
            }
        }
        arrivals.insert(key, kept);
        decision
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("callers", &self.arrivals.lock().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, Local, Quota};

    #[test]
    fn no_crowd_of_callers_fills_the_memory() {
        let local = Local::default();
        let quota = Quota { per_minute: 60, burst: 1 };
        for caller in 0..CAPACITY * 2 {
            assert!(local.take(caller.to_string(), quota, 0).allowed);
        }
        assert_eq!(local.arrivals.lock().len(), CAPACITY);
    }
}
