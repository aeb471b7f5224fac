use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::events::SessionEvent;
use api::gateway::AccessTokenClaims;
use parking_lot::RwLock;
use time::OffsetDateTime;
use uuid::Uuid;

/// What ended before its access tokens expire: sessions, OAuth grants, API keys and single tokens
/// by id, and the tokens of users that were called in. Clones share the same list.
///
/// An entry is dropped when the last token that it refuses has expired, so the list holds only the
/// last few minutes.
#[derive(Debug, Clone, Default)]
pub struct Revocations {
    sessions: Arc<RwLock<BTreeMap<Uuid, OffsetDateTime>>>,
    users: Arc<RwLock<BTreeMap<Uuid, CalledIn>>>,
    heard_at: Arc<RwLock<Option<Instant>>>,
}

/// A user's tokens from before a moment are refused.
#[derive(Debug, Clone, Copy)]
struct CalledIn {
    before: OffsetDateTime,
    until: OffsetDateTime,
}

impl Revocations {
    /// Whether a token is refused, by its id or that of its session, grant or API key.
    pub fn refuses(&self, claims: &AccessTokenClaims) -> bool {
        let listed = [claims.sid, claims.grant, claims.key_id, Some(claims.jti)];
        self.contains_any(listed.into_iter().flatten())
    }

    /// Whether a token was issued to the user before everything of that user was called in: its
    /// session goes on, but another token is needed.
    pub fn has_called_in(&self, claims: &AccessTokenClaims) -> bool {
        let users = self.users.read();
        users.get(&claims.sub).is_some_and(|called_in| issued_at(claims) < called_in.before)
    }

    /// Notes that everything announced until now is on the list.
    pub fn heard(&self) {
        *self.heard_at.write() = Some(Instant::now());
    }

    /// How long ago it was last known to be complete; `None` when it never was.
    pub fn silence(&self) -> Option<Duration> {
        self.heard_at.read().map(|heard_at| heard_at.elapsed())
    }

    /// Takes in what gateway-api says about sessions, keys and users.
    pub fn apply(&self, event: &SessionEvent, now: OffsetDateTime) {
        match event {
            SessionEvent::Revoked(revoked) => {
                self.revoke(revoked.session, revoked.tokens_expire_at, now);
            }
            SessionEvent::KeyRevoked(revoked) => {
                self.revoke(revoked.key, revoked.tokens_expire_at, now);
            }
            SessionEvent::UserCalledIn(called_in) => {
                self.call_in(called_in.user, called_in.before, called_in.tokens_expire_at, now);
            }
        }
    }

    /// Refuses the session's tokens from now on, until the last of them has expired anyway.
    pub fn revoke(&self, session: Uuid, tokens_expire_at: OffsetDateTime, now: OffsetDateTime) {
        let mut sessions = self.sessions.write();
        sessions.retain(|_, expires_at| *expires_at > now);
        if tokens_expire_at > now {
            sessions.insert(session, tokens_expire_at);
        }
    }

    /// Refuses every token issued to the user before `before`, until the last of them has expired
    /// anyway.
    pub fn call_in(
        &self,
        user: Uuid,
        before: OffsetDateTime,
        tokens_expire_at: OffsetDateTime,
        now: OffsetDateTime,
    ) {
        let mut users = self.users.write();
        users.retain(|_, called_in| called_in.until > now);
        let later = users.get(&user).is_none_or(|known| known.before < before);
        if tokens_expire_at > now && later {
            users.insert(user, CalledIn { before, until: tokens_expire_at });
        }
    }

    /// Whether the session's tokens are refused.
    pub fn contains(&self, session: Uuid) -> bool {
        self.sessions.read().contains_key(&session)
    }

    /// Whether any of these is on the list.
    pub fn contains_any(&self, ids: impl IntoIterator<Item = Uuid>) -> bool {
        let sessions = self.sessions.read();
        !sessions.is_empty() && ids.into_iter().any(|id| sessions.contains_key(&id))
    }

    /// How many sessions are on the list.
    pub fn len(&self) -> usize {
        self.sessions.read().len()
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.sessions.read().is_empty()
    }
}

/// When a token was issued: to the millisecond by its id, which is a `UUIDv7`, or to the second.
fn issued_at(claims: &AccessTokenClaims) -> OffsetDateTime {
    let by_id = claims.jti.get_timestamp().map(|timestamp| timestamp.to_unix());
    let nanoseconds = match by_id {
        Some((seconds, nanoseconds)) => {
            i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds)
        }
        None => i128::from(claims.iat) * 1_000_000_000,
    };
    OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use api::events::{KeyRevoked, SessionEvent};
    use api::gateway::AccessTokenClaims;
    use time::macros::datetime;
    use time::{Duration, OffsetDateTime};
    use uuid::{NoContext, Timestamp, Uuid};

    use super::Revocations;

    #[test]
    fn entries_last_as_long_as_the_tokens_they_refuse() {
        let list = Revocations::default();
        let (first, second, late) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        list.revoke(first, datetime!(2026-01-01 00:05 UTC), datetime!(2026-01-01 00:00 UTC));
        assert!(list.contains(first));
        list.revoke(second, datetime!(2026-01-01 00:11 UTC), datetime!(2026-01-01 00:06 UTC));
        assert!(!list.contains(first));
        assert!(list.contains(second));
        list.revoke(late, datetime!(2026-01-01 00:01 UTC), datetime!(2026-01-01 00:06 UTC));
        assert_eq!(list.len(), 1);
    }

    #[test]
    fn what_was_issued_to_a_user_before_a_moment_is_dead_and_later_tokens_live() {
        let user = Uuid::from_u128(9);
        let token = |milliseconds: u64| {
            let at = Timestamp::from_unix(NoContext, 1_800_000_000, 0);
            let (seconds, _) = at.to_unix();
            let nanoseconds = u32::try_from(milliseconds * 1_000_000).unwrap();
            let jti = Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, nanoseconds));
            AccessTokenClaims { sub: user, jti, ..AccessTokenClaims::default() }
        };
        let start = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let list = Revocations::default();
        let at = |milliseconds: i64| start + Duration::milliseconds(milliseconds);
        list.call_in(user, at(500), at(60_000), at(500));
        assert!(list.has_called_in(&token(499)));
        assert!(!list.has_called_in(&token(500)), "in the same second, but after");
        let other = AccessTokenClaims { sub: Uuid::from_u128(8), ..token(1) };
        assert!(!list.has_called_in(&other));
        list.call_in(user, at(100), at(60_000), at(600));
        assert!(list.has_called_in(&token(499)), "an older event takes nothing back");
    }

    #[test]
    fn a_token_dies_with_its_session_its_grant_its_key_and_by_itself() {
        let ids = [1, 2, 3, 4].map(Uuid::from_u128);
        let claims = AccessTokenClaims {
            sid: Some(ids[0]),
            grant: Some(ids[1]),
            key_id: Some(ids[2]),
            jti: ids[3],
            ..AccessTokenClaims::default()
        };
        for id in ids {
            let list = Revocations::default();
            assert!(!list.refuses(&claims));
            let now = datetime!(2026-01-01 00:00 UTC);
            let event = SessionEvent::KeyRevoked(KeyRevoked {
                key: id,
                tokens_expire_at: now + Duration::MINUTE,
            });
            list.apply(&event, now);
            assert!(list.refuses(&claims), "{id}");
        }
    }
}
