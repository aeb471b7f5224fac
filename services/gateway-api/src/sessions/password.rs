//! Changing one's own password.

use time::OffsetDateTime;
use uuid::Uuid;

use super::Sessions;
use crate::db::sessions::OpenSession;
use crate::db::{audit, session_list, users};
use crate::domain::audit::{Caller, Entry};
use crate::error::SessionError;

impl Sessions {
    /// Gives the signed-in user another password and ends the user's other sessions.
    pub(crate) async fn change_password(
        &self,
        session: Uuid,
        open: &OpenSession,
        (current, new): (&str, &str),
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let own = [open.user.email.as_str(), &open.user.display_name];
        self.hasher.judge(new, &own).await??;
        let user = open.user.id;
        let known = self.check_password(session, user, current, caller, now).await?;
        let hash = self.hasher.hash(new).await?;
        let mut transaction = self.database.begin().await?;
        if !users::change_password(&mut transaction, user, &known, &hash, now).await? {
            return Err(SessionError::WrongPassword);
        }
        let reason = "password-changed";
        let revoked =
            session_list::revoke_others(&mut transaction, user, session, reason, now).await?;
        let entry = Entry::success("user.change_password", Some(user), now)
            .on("user", user)
            .by(caller)
            .with(serde_json::json!({ "revoked": revoked.len() }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.throttle.answered(user).await;
        self.announce(revoked, now).await;
        Ok(())
    }
}
