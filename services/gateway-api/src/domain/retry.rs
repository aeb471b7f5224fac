//! When a mail that could not be sent is tried again, and when it is given up.

use time::Duration;

/// Pause after each attempt that failed; after as many the mail is given up.
const PAUSES: [Duration; 8] = [
    Duration::seconds(10),
    Duration::minutes(1),
    Duration::minutes(5),
    Duration::minutes(15),
    Duration::hours(1),
    Duration::hours(3),
    Duration::hours(6),
    Duration::hours(12),
];

/// How long to wait after that many attempts; `None` when there have been enough.
pub(crate) fn pause(attempts: u32) -> Option<Duration> {
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    PAUSES.get(index).copied()
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::pause;

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<Duration> = (1..).map_while(pause).collect();
        assert_eq!(pauses.len(), 8);
        assert!(pauses.is_sorted());
        assert_eq!(pause(0), None);
    }
}
