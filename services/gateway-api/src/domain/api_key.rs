//! API keys: what they may be called, do, and for how long.

use api::gateway::{NewApiKey, UserRole};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use time::{Duration, OffsetDateTime};

use super::account::{self, ACCOUNT};

/// Keys that one account can have at once, revoked ones not counted.
pub(crate) const MOST_KEYS: i64 = 50;
/// Longest overlap of a rotation.
const LONGEST_OVERLAP: Duration = Duration::days(7);
/// How long a token lives that a key is exchanged for: short, so that a role that was taken away
/// is soon gone from it, and the time of last use is true to the minute.
pub(crate) const TOKEN_LIFETIME: Duration = Duration::seconds(60);
/// By how much other services' clocks may be behind when they check a token's expiry, and some.
const CLOCK_LEEWAY: Duration = Duration::seconds(10);

/// What is kept of a key instead of it. With 256 random bits in it a slow hash would add nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyHash(pub(crate) [u8; 32]);

/// Why a key cannot be as it was asked for.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum Unacceptable {
    #[error("a name has 1 to 120 characters and no control characters")]
    Name,
    #[error(
        "`{0}` is not among the scopes of your own access token, or not for keys; leave it out"
    )]
    Scope(String),
    #[error("name at least one scope; a key without any can do nothing")]
    NoScope,
    #[error("the time at which it expires has passed")]
    Expired,
    #[error("a key may make 1 to 60000 requests a minute")]
    Rate,
    #[error("an overlap lasts at most 604800 seconds, a week")]
    Overlap,
}

impl KeyHash {
    pub(crate) fn of(key: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, key.as_bytes()).as_ref());
        Self(bytes)
    }

    /// Whether it is the same, without telling by the time it takes how much of it is.
    pub(crate) fn matches(&self, other: &[u8]) -> bool {
        verify_slices_are_equal(&self.0, other).is_ok()
    }
}

/// A name as people may write it, trimmed.
pub(crate) fn parse_name(text: &str) -> Result<String, Unacceptable> {
    let name = text.trim();
    let sound = (1..=120).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if sound { Ok(name.to_owned()) } else { Err(Unacceptable::Name) }
}

/// Checks a key that somebody with these scopes asks for. What concerns the account itself is not
/// for keys: one that could make keys could outlive itself.
pub(crate) fn check(
    new: &NewApiKey,
    held: impl Fn(&str) -> bool,
    now: OffsetDateTime,
) -> Result<(), Unacceptable> {
    if new.scopes.is_empty() {
        return Err(Unacceptable::NoScope);
    }
    if let Some(scope) = new.scopes.iter().find(|scope| *scope == ACCOUNT || !held(scope)) {
        return Err(Unacceptable::Scope(scope.clone()));
    }
    if new.expires_at.is_some_and(|expires_at| expires_at <= now) {
        return Err(Unacceptable::Expired);
    }
    if new.requests_per_minute.is_some_and(|rate| !(1..=60_000).contains(&rate)) {
        return Err(Unacceptable::Rate);
    }
    Ok(())
}

/// Until when a replaced key works; `None` when it ends at once.
pub(crate) fn overlap_end(
    seconds: u32,
    now: OffsetDateTime,
) -> Result<Option<OffsetDateTime>, Unacceptable> {
    let overlap = Duration::seconds(seconds.into());
    if overlap > LONGEST_OVERLAP {
        return Err(Unacceptable::Overlap);
    }
    Ok((seconds > 0).then(|| now + overlap))
}

/// What a key can do now: of what it was given, what the role of its owner still includes.
pub(crate) fn effective_scopes(given: &[String], role: UserRole) -> Vec<&'static str> {
    let allowed = account::scopes(role).iter().copied();
    allowed.filter(|scope| given.iter().any(|given| given == scope)).collect()
}

/// When the tokens of a key that ends now have expired for everybody.
pub(crate) fn tokens_end(now: OffsetDateTime) -> OffsetDateTime {
    now + TOKEN_LIFETIME + CLOCK_LEEWAY
}

#[cfg(test)]
mod tests {
    use api::gateway::{NewApiKey, UserRole};
    use time::Duration;
    use time::macros::datetime;

    use super::{KeyHash, Unacceptable, check, effective_scopes, overlap_end, parse_name};

    #[test]
    fn a_key_gets_only_what_its_maker_has() {
        let now = datetime!(2026-01-01 00:00 UTC);
        let new = |scopes: &[&str]| NewApiKey {
            name: "x".into(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            expires_at: None,
            requests_per_minute: None,
        };
        let held = |scope: &str| ["streams:read", "account"].contains(&scope);
        assert_eq!(
            check(&new(&["account"]), held, now),
            Err(Unacceptable::Scope("account".into()))
        );
        assert_eq!(check(&new(&["streams:read"]), held, now), Ok(()));
        assert_eq!(check(&new(&[]), held, now), Err(Unacceptable::NoScope));
        let more = check(&new(&["streams:read", "people:write"]), held, now);
        assert_eq!(more, Err(Unacceptable::Scope("people:write".into())));
        let over = NewApiKey { expires_at: Some(now), ..new(&["streams:read"]) };
        assert_eq!(check(&over, held, now), Err(Unacceptable::Expired));
        let fast = NewApiKey { requests_per_minute: Some(0), ..new(&["streams:read"]) };
        assert_eq!(check(&fast, held, now), Err(Unacceptable::Rate));
    }

    #[test]
    fn a_key_loses_what_its_owner_loses() {
        let given = ["streams:write".to_owned(), "audit:read".to_owned()];
        assert_eq!(effective_scopes(&given, UserRole::Operator), ["streams:write"]);
        assert!(effective_scopes(&given, UserRole::Viewer).is_empty());
    }

    #[test]
    fn names_overlaps_and_hashes_are_bounded() {
        assert_eq!(parse_name(" a "), Ok("a".to_owned()));
        assert_eq!(parse_name("\t"), Err(Unacceptable::Name));
        let now = datetime!(2026-01-01 00:00 UTC);
        assert_eq!(overlap_end(0, now), Ok(None));
        assert_eq!(overlap_end(60, now), Ok(Some(now + Duration::MINUTE)));
        assert_eq!(overlap_end(604_801, now), Err(Unacceptable::Overlap));
        let hash = KeyHash::of("a");
        assert!(hash.matches(&KeyHash::of("a").0));
        assert!(!hash.matches(&KeyHash::of("b").0) && !hash.matches(&[]));
    }
}
