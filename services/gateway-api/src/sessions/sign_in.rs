//! Signing in with e-mail and password.

use api::gateway::SessionTokens;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Sessions;
use crate::db::{audit, users};
use crate::domain::account::Email;
use crate::domain::assurance::Method;
use crate::domain::audit::{Caller, Entry};
use crate::domain::password;
use crate::error::SessionError;

impl Sessions {
    /// Opens a session for whoever knows the password of an account.
    ///
    /// An account that does not exist takes the same time and gives the same answer as a wrong
    /// password.
    pub(crate) async fn sign_in(
        &self,
        email: &str,
        secret: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SessionTokens, SessionError> {
        let email = Email::parse(email).ok_or(SessionError::WrongCredentials)?;
        if secret.len() > password::MAX_BYTES {
            return Err(SessionError::WrongCredentials);
        }
        if let Err(retry_after) = self.throttle.attempt(&email, caller.address).await {
            self.note_failure("throttled", None, caller, now).await?;
            return Err(SessionError::Throttled { retry_after });
        }
        let account = users::find_by_email(&self.database, &email).await?;
        let hash = account.as_ref().map(|account| account.password_hash.as_str());
        let right = self.hasher.check(secret, hash).await?;
        let Some(account) = account.as_ref().filter(|account| right && !account.disabled) else {
            let (reason, user) = match &account {
                None => ("unknown-account", None),
                Some(account) if right => ("account-disabled", Some(account.user.id)),
                Some(account) => ("wrong-password", Some(account.user.id)),
            };
            self.note_failure(reason, user, caller, now).await?;
            return Err(SessionError::WrongCredentials);
        };
        self.throttle.succeeded(&email, caller.address).await;
        self.open(account, &[Method::Password], caller, now).await
    }

    async fn note_failure(
        &self,
        reason: &str,
        user: Option<Uuid>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let mut entry = Entry::failure("session.sign_in", reason, now).by(caller);
        if let Some(user) = user {
            entry = entry.on("user", user);
        }
        let mut connection = self.database.acquire().await?;
        Ok(audit::insert(&mut connection, &entry).await?)
    }
}
