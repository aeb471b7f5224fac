use std::collections::BTreeMap;
use std::sync::Arc;

use api::events::SessionEvent;
use parking_lot::RwLock;
use time::OffsetDateTime;
use uuid::Uuid;

/// Sessions, OAuth grants and single tokens that ended before their access tokens expire, by id.
/// Clones share the same list.
///
/// An entry is dropped when the last token of its session has expired, so the list holds only
/// the sign-outs of the last few minutes.
#[derive(Debug, Clone, Default)]
pub struct Revocations {
    sessions: Arc<RwLock<BTreeMap<Uuid, OffsetDateTime>>>,
}

impl Revocations {
    /// Takes in what gateway-api says about sessions.
    pub fn apply(&self, event: &SessionEvent, now: OffsetDateTime) {
        match event {
            SessionEvent::Revoked(revoked) => {
                self.revoke(revoked.session, revoked.tokens_expire_at, now);
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

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use uuid::Uuid;

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
}
