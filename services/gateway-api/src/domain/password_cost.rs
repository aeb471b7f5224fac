//! How much work a password hash is: as much as fits into a set time on this machine, and never
//! less than the floor.

use std::time::Duration;

/// Parameters of Argon2id with one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Memory in KiB.
    pub(crate) memory: u32,
    /// Passes over it.
    pub(crate) passes: u32,
}

/// Least that is accepted (OWASP Password Storage Cheat Sheet: 19 MiB and two passes).
pub(crate) const FLOOR: Cost = Cost { memory: 19_456, passes: 2 };

/// What is chosen from, the least work first: more memory, which is what makes guessing expensive,
/// then more passes. The steps are wide, so that a machine measures itself the same every time.
const STEPS: [Cost; 8] = [
    FLOOR,
    Cost { memory: 32_768, passes: 2 },
    Cost { memory: 47_104, passes: 2 },
    Cost { memory: 65_536, passes: 2 },
    Cost { memory: 65_536, passes: 3 },
    Cost { memory: 65_536, passes: 5 },
    Cost { memory: 65_536, passes: 8 },
    Cost { memory: 65_536, passes: 12 },
];

impl Cost {
    /// The most work that is done within `target` where the floor takes `floor`.
    pub(crate) fn fitting(target: Duration, floor: Duration) -> Self {
        let possible = target.as_secs_f64() / floor.as_secs_f64().max(1e-6);
        let fits = |cost: &&Self| cost.work() / FLOOR.work() <= possible;
        STEPS.iter().rev().find(fits).copied().unwrap_or(FLOOR)
    }

    /// Whether a hash of this cost is weaker than one of the other.
    pub(crate) fn weaker_than(self, other: Self) -> bool {
        self.memory < other.memory || self.work() < other.work()
    }

    /// What a hash of this cost is less work than one of the other.
    pub(crate) fn short_of(self, other: Self) -> Option<Self> {
        let done = self.memory.saturating_mul(self.passes);
        let missing = other.memory.saturating_mul(other.passes).checked_sub(done)?;
        let memory = missing / other.passes.max(1);
        // Argon2 needs eight KiB for each lane.
        (memory >= 8).then_some(Self { memory, passes: other.passes })
    }

    /// What it is compared by.
    pub(crate) fn work(self) -> f64 {
        f64::from(self.memory) * f64::from(self.passes)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Cost, FLOOR};

    #[test]
    fn memory_grows_first_and_nothing_goes_below_the_floor() {
        let fitting = |target, floor| {
            Cost::fitting(Duration::from_millis(target), Duration::from_millis(floor))
        };
        assert_eq!(fitting(0, 20), FLOOR);
        assert_eq!(fitting(50, 80), FLOOR);
        assert_eq!(fitting(50, 20), Cost { memory: 47_104, passes: 2 });
        assert_eq!(fitting(50, 16), fitting(50, 20), "small differences make none");
        assert_eq!(fitting(200, 20), Cost { memory: 65_536, passes: 5 });
        assert_eq!(fitting(60_000, 1), Cost { memory: 65_536, passes: 12 });
        assert!(FLOOR.weaker_than(fitting(50, 20)) && !fitting(50, 20).weaker_than(FLOOR));
        assert!(!FLOOR.weaker_than(FLOOR));
    }

    #[test]
    fn what_is_missing_makes_up_the_difference() {
        let other = Cost { memory: 65_536, passes: 3 };
        let missing = FLOOR.short_of(other).unwrap();
        assert_eq!(missing, Cost { memory: 52_565, passes: 3 });
        assert_eq!(FLOOR.short_of(FLOOR), None);
        assert_eq!(other.short_of(FLOOR), None);
    }
}
