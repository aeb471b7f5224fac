//! Ids of access tokens.

use time::OffsetDateTime;
use uuid::{NoContext, Timestamp, Uuid};

/// An id for a token that says what was true at `at`: a `UUIDv7` of that moment, so that a token is
/// known to be older than a change even when it was signed after it.
pub(crate) fn token_id(at: OffsetDateTime) -> Uuid {
    let seconds = u64::try_from(at.unix_timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, at.nanosecond()))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::token_id;

    #[test]
    fn an_id_names_its_moment_and_is_the_only_one_of_it() {
        let at = datetime!(2026-11-23 10:00:00.123 UTC);
        let (one, other) = (token_id(at), token_id(at));
        assert_ne!(one, other);
        let named = one.get_timestamp().unwrap().to_unix();
        assert_eq!(named, (at.unix_timestamp().unsigned_abs(), 123_000_000));
    }
}
