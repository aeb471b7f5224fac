//! How long sessions and tokens last.

use time::{Duration, OffsetDateTime};

use crate::Config;

/// By how much other services' clocks may be behind when they check a token's expiry.
const CLOCK_LEEWAY: Duration = Duration::seconds(5);

/// For how long a client that lost the answer to a refresh gets it again.
pub(crate) const REPLAY_GRACE: Duration = Duration::seconds(10);

/// Longer than any access token lives: what ended this long ago is of no interest to who checks
/// tokens.
pub(crate) const LONGEST_TOKEN: Duration = Duration::minutes(16);

/// See the [module](self).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifetimes {
    pub(crate) access_token: Duration,
    /// For how long a proof of who somebody is counts as fresh.
    pub(crate) step_up: Duration,
    session_idle: Duration,
    session: Duration,
}

impl Lifetimes {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            access_token: Duration::seconds(config.access_token_seconds.into()),
            step_up: Duration::seconds(config.step_up_seconds.into()),
            session_idle: Duration::days(config.session_idle_days.into()),
            session: Duration::days(config.session_days.into()),
        }
    }

    /// When a session opened now ends however it is used.
    pub(crate) fn session_end(&self, now: OffsetDateTime) -> OffsetDateTime {
        now + self.session
    }

    /// For how long a browser keeps the cookie of a session; the session itself may end before.
    pub(crate) fn cookie(&self) -> Duration {
        self.session
    }

    /// When a session used now ends unless it is used again.
    pub(crate) fn idle_end(
        &self,
        now: OffsetDateTime,
        session_end: OffsetDateTime,
    ) -> OffsetDateTime {
        (now + self.session_idle).min(session_end)
    }

    /// When the tokens issued now, or again within the grace, have expired for everybody.
    pub(crate) fn tokens_end(&self, now: OffsetDateTime) -> OffsetDateTime {
        now + self.access_token + REPLAY_GRACE + CLOCK_LEEWAY
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::Lifetimes;
    use crate::Config;

    #[test]
    fn a_session_never_outlives_its_end() {
        let lifetimes = Lifetimes::new(&Config::default());
        let opened = datetime!(2026-01-01 00:00 UTC);
        let end = lifetimes.session_end(opened);
        assert_eq!(lifetimes.idle_end(opened, end), datetime!(2026-01-15 00:00 UTC));
        assert_eq!(lifetimes.idle_end(datetime!(2026-03-30 00:00 UTC), end), end);
    }
}
