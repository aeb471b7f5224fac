//! What stands between the right password and a session: a challenge that says whose password it
//! was, for five minutes.

use aws_lc_rs::hmac;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::maced;

/// What challenges begin with.
const PREFIX: &str = "nxf_";
/// How long a challenge can be answered.
const LIFETIME: Duration = Duration::minutes(5);

/// A right password that waits for the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// The attempt to sign in.
    pub(crate) attempt: Uuid,
    /// Whose password it was.
    pub(crate) user: Uuid,
    /// When it was given.
    pub(crate) issued_at: OffsetDateTime,
}

impl Challenge {
    /// The challenge as the client holds it.
    pub(crate) fn seal(self, key: &hmac::Key) -> String {
        let mut bytes = self.attempt.as_bytes().to_vec();
        bytes.extend_from_slice(self.user.as_bytes());
        bytes.extend_from_slice(&self.issued_at.unix_timestamp().to_be_bytes());
        maced::write(PREFIX, &bytes, key)
    }

    /// Reads a challenge; `None` when it was not made with this key or is too old.
    pub(crate) fn open(text: &str, key: &hmac::Key, now: OffsetDateTime) -> Option<Self> {
        let bytes = maced::read(PREFIX, text, key)?;
        let (attempt, rest) = bytes.split_at_checked(16)?;
        let (user, issued_at) = rest.split_at_checked(16)?;
        let issued_at = i64::from_be_bytes(issued_at.try_into().ok()?);
        let challenge = Self {
            attempt: Uuid::from_slice(attempt).ok()?,
            user: Uuid::from_slice(user).ok()?,
            issued_at: OffsetDateTime::from_unix_timestamp(issued_at).ok()?,
        };
        (now - challenge.issued_at <= LIFETIME).then_some(challenge)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;
    use time::Duration;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::Challenge;

    #[test]
    fn a_challenge_lasts_five_minutes() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let issued_at = datetime!(2026-01-01 00:00 UTC);
        let challenge =
            Challenge { attempt: Uuid::from_u128(1), user: Uuid::from_u128(2), issued_at };
        let text = challenge.seal(&key);
        let at = |minutes| Challenge::open(&text, &key, issued_at + Duration::minutes(minutes));
        assert_eq!(at(0), Some(challenge));
        assert_eq!(at(5), Some(challenge));
        assert_eq!(at(6), None);
        assert_eq!(Challenge::open(&text.replace("nxf_", "nxr_"), &key, issued_at), None);
    }
}
