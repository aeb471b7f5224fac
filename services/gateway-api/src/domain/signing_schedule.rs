//! When a signing key is published, used and withdrawn.
//!
//! A key is published before it signs, so that whoever keeps a copy of the key set has it by
//! then, and after it stopped signing until its last token has expired.

use time::{Duration, OffsetDateTime};

/// For how long a key is published before it signs: longer than anybody caches the key set.
const PUBLISHED_AHEAD: Duration = Duration::minutes(10);
/// For how long a key is published after it stopped: longer than any token lives.
const PUBLISHED_AFTER: Duration = Duration::hours(1);
/// For how long a withdrawn key is kept to recognise old id tokens that come back as hints.
pub(crate) const KEPT_AFTER: Duration = Duration::days(90);

/// The life of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) activates_at: OffsetDateTime,
    pub(crate) retires_at: Option<OffsetDateTime>,
}

/// Where in its life a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Published, does not sign yet.
    Next,
    /// Signs.
    Active,
    /// Published, does not sign any more.
    Retired,
    /// Not published any more.
    Withdrawn,
}

/// How a key comes into use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// After everybody had time to see it.
    Announced,
    /// Now, because its predecessor must not be used any more.
    AtOnce,
}

impl Schedule {
    pub(crate) fn state(self, now: OffsetDateTime) -> KeyState {
        match self.retires_at {
            _ if now < self.activates_at => KeyState::Next,
            Some(retires_at) if now >= retires_at + PUBLISHED_AFTER => KeyState::Withdrawn,
            Some(retires_at) if now >= retires_at => KeyState::Retired,
            _ => KeyState::Active,
        }
    }

    /// Whether it is time to make the key after this one, the newest.
    pub(crate) fn wants_successor(self, now: OffsetDateTime, lifetime: Duration) -> bool {
        now + PUBLISHED_AHEAD >= self.activates_at + lifetime
    }
}

impl Rotation {
    /// When a key made now begins to sign.
    pub(crate) fn activates_at(self, now: OffsetDateTime) -> OffsetDateTime {
        match self {
            Self::Announced => now + PUBLISHED_AHEAD,
            Self::AtOnce => now,
        }
    }

    /// When the predecessor of a key that begins at `successor` stops signing.
    pub(crate) fn predecessor_ends(
        self,
        now: OffsetDateTime,
        successor: OffsetDateTime,
    ) -> OffsetDateTime {
        match self {
            Self::Announced => successor,
            // As if it had stopped so long ago that it is not published any more.
            Self::AtOnce => now - PUBLISHED_AFTER,
        }
    }
}

impl KeyState {
    /// The state's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use time::{Duration, OffsetDateTime};

    use super::{KeyState, Rotation, Schedule};

    const START: OffsetDateTime = datetime!(2026-01-01 00:00 UTC);

    #[test]
    fn a_key_is_published_before_and_after_it_signs() {
        let key = Schedule { activates_at: START, retires_at: Some(START + Duration::days(30)) };
        let states = [
            (Duration::seconds(-1), KeyState::Next),
            (Duration::ZERO, KeyState::Active),
            (Duration::days(30) - Duration::seconds(1), KeyState::Active),
            (Duration::days(30), KeyState::Retired),
            (Duration::days(30) + Duration::minutes(59), KeyState::Retired),
            (Duration::days(30) + Duration::hours(1), KeyState::Withdrawn),
        ];
        for (after, state) in states {
            assert_eq!(key.state(START + after), state, "{after}");
        }
    }

    #[test]
    fn the_successor_is_made_in_time_to_be_seen() {
        let key = Schedule { activates_at: START, retires_at: None };
        let month = Duration::days(30);
        assert!(!key.wants_successor(START + month - Duration::minutes(11), month));
        let made = START + month - Duration::minutes(10);
        assert!(key.wants_successor(made, month));
        assert_eq!(Rotation::Announced.activates_at(made), START + month);
    }

    #[test]
    fn a_key_replaced_at_once_is_withdrawn_at_once() {
        let now = START + Duration::days(3);
        let successor = Rotation::AtOnce.activates_at(now);
        let ends = Rotation::AtOnce.predecessor_ends(now, successor);
        let old = Schedule { activates_at: START, retires_at: Some(ends) };
        assert_eq!((successor, old.state(now)), (now, KeyState::Withdrawn));
    }
}
