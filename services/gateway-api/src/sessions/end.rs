//! Ending sessions: one's own, and those of others.

use api::gateway::SessionDetails;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Sessions;
use crate::db::{audit, session_list, sessions};
use crate::domain::audit::{Caller, Entry};
use crate::error::SessionError;

/// Who ends sessions, and whose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ending<'a> {
    /// Who does it.
    pub(crate) actor: Uuid,
    /// Whose sessions they are.
    pub(crate) user: Uuid,
    /// Where the request came from.
    pub(crate) caller: &'a Caller,
}

impl Ending<'_> {
    fn reason(self) -> &'static str {
        if self.actor == self.user { "revoked" } else { "revoked-by-administrator" }
    }
}

impl Sessions {
    /// The open sessions of a user.
    pub(crate) async fn list(
        &self,
        user: Uuid,
        current: Option<Uuid>,
        now: OffsetDateTime,
    ) -> Result<Vec<SessionDetails>, SessionError> {
        Ok(session_list::open_of(&self.database, user, current, now).await?)
    }

    /// Ends one session of a user.
    pub(crate) async fn revoke(
        &self,
        ending: Ending<'_>,
        session: Uuid,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let mut transaction = self.database.begin().await?;
        let revoked =
            session_list::revoke_of(&mut transaction, ending.user, session, ending.reason(), now)
                .await?
                .ok_or(SessionError::Unknown)?;
        let entry = Entry::success("session.revoke", Some(ending.actor), now)
            .on("session", session)
            .by(ending.caller)
            .with(serde_json::json!({ "user": ending.user }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.announce([revoked], now).await;
        Ok(())
    }

    /// Ends every session of a user but the one to keep; says how many there were.
    pub(crate) async fn revoke_all(
        &self,
        ending: Ending<'_>,
        keep: Option<Uuid>,
        now: OffsetDateTime,
    ) -> Result<u64, SessionError> {
        let mut transaction = self.database.begin().await?;
        let reason = if ending.actor == ending.user && keep.is_none() {
            "signed-out-everywhere"
        } else {
            ending.reason()
        };
        let revoked = match keep {
            None => sessions::revoke_all(&mut transaction, ending.user, reason, now).await?,
            Some(keep) => {
                session_list::revoke_others(&mut transaction, ending.user, keep, reason, now)
                    .await?
            }
        };
        let count = revoked.len() as u64;
        let entry = Entry::success("session.sign_out_everywhere", Some(ending.actor), now)
            .on("user", ending.user)
            .by(ending.caller)
            .with(serde_json::json!({ "revoked": count, "kept": keep }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.announce(revoked, now).await;
        Ok(count)
    }
}
