//! Counts in this process.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Most keys that are counted; beyond it the one that ends soonest is forgotten.
const MAX_KEYS: usize = 10_000;

/// How often each key was counted, in a window that begins with its first time.
#[derive(Default)]
pub(super) struct LocalCounts(Mutex<BTreeMap<String, Count>>);

struct Count {
    times: u64,
    ends_at: Instant,
}

impl LocalCounts {
    /// Counts one more and says how many there were in the window.
    pub(super) fn count(&self, key: &str, window: Duration) -> u64 {
        self.count_at(key, window, Instant::now())
    }

    /// Forgets a key.
    pub(super) fn forget(&self, key: &str) {
        self.0.lock().remove(key);
    }

    fn count_at(&self, key: &str, window: Duration, now: Instant) -> u64 {
        let mut counts = self.0.lock();
        if !counts.contains_key(key) && counts.len() >= MAX_KEYS {
            counts.retain(|_, count| count.ends_at > now);
        }
        if !counts.contains_key(key) && counts.len() >= MAX_KEYS {
            let soonest = counts.iter().min_by_key(|(_, count)| count.ends_at);
            if let Some(soonest) = soonest.map(|(key, _)| key.clone()) {
                counts.remove(&soonest);
            }
        }
        let fresh = Count { times: 0, ends_at: now + window };
        let count = counts.entry(key.to_owned()).or_insert(fresh);
        if count.ends_at <= now {
            *count = Count { times: 0, ends_at: now + window };
        }
        count.times += 1;
        count.times
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{LocalCounts, MAX_KEYS};

    const WINDOW: Duration = Duration::from_mins(1);

    #[test]
    fn a_window_begins_with_the_first_time() {
        let counts = LocalCounts::default();
        let start = Instant::now();
        assert_eq!(counts.count_at("a", WINDOW, start), 1);
        assert_eq!(counts.count_at("a", WINDOW, start + Duration::from_secs(59)), 2);
        assert_eq!(counts.count_at("b", WINDOW, start), 1);
        assert_eq!(counts.count_at("a", WINDOW, start + Duration::from_mins(1)), 1);
        counts.forget("a");
        assert_eq!(counts.count_at("a", WINDOW, start + Duration::from_secs(61)), 1);
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let counts = LocalCounts::default();
        let start = Instant::now();
        for index in 0..MAX_KEYS + 10 {
            counts.count_at(&index.to_string(), WINDOW, start + Duration::from_millis(1));
        }
        assert_eq!(counts.0.lock().len(), MAX_KEYS);
    }
}
