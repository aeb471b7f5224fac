//! Signing in with e-mail and password, and a second factor where there is one.

use api::gateway::{SecondFactorMethod, SessionTokens};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Sessions;
use crate::db::factors::Enrolled;
use crate::db::users::Account;
use crate::db::{audit, factors, users};
use crate::domain::account::Email;
use crate::domain::assurance::Method;
use crate::domain::audit::{Caller, Entry};
use crate::domain::password;
use crate::domain::second_factor::Challenge;
use crate::error::{FactorError, SessionError};
use crate::throttle::Attempt;

/// Somebody who has signed in.
pub(crate) struct SignedIn {
    pub(crate) tokens: SessionTokens,
    /// The address of the account, by which the device is known from now on.
    pub(crate) email: Email,
}

impl Sessions {
    /// Opens a session for whoever knows the password of an account, or says that a second factor
    /// is needed.
    ///
    /// An account that does not exist takes the same time and gives the same answer as a wrong
    /// password; that there is a second factor learns only who knows the password.
    pub(crate) async fn sign_in(
        &self,
        email: Email,
        secret: &str,
        device: Option<Uuid>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SignedIn, SessionError> {
        if secret.len() > password::MAX_BYTES {
            return Err(SessionError::WrongCredentials);
        }
        let attempt = Attempt { email: &email, address: caller.address, device };
        if let Err(retry_after) = self.throttle.attempt(attempt).await {
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
        self.throttle.succeeded(attempt).await;
        self.renew_hash(account, secret).await;
        let mut connection = self.database.acquire().await?;
        let enrolled = factors::enrolled(&mut connection, account.user.id).await?;
        drop(connection);
        if enrolled.second_factor() {
            return Err(self.challenge(account, enrolled, now));
        }
        let tokens = self.open(account, &[Method::Password], caller, now).await?;
        Ok(SignedIn { tokens, email })
    }

    /// Opens the session of who has answered the challenge with a code of the authenticator app or
    /// a recovery code.
    pub(crate) async fn answer(
        &self,
        challenge: &str,
        code: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SignedIn, SessionError> {
        let (challenge, account) = self.challenged(challenge, now).await?;
        let user = account.user.id;
        if let Err(retry_after) = self.throttle.answer(user, challenge.attempt).await {
            self.note_failure("throttled", Some(user), caller, now).await?;
            return Err(FactorError::Throttled { retry_after }.into());
        }
        let mut connection = self.database.acquire().await?;
        if !self.factors.spend(&mut connection, user, code, now).await? {
            self.note_failure("wrong-second-factor", Some(user), caller, now).await?;
            return Err(FactorError::Refused.into());
        }
        drop(connection);
        let methods = [Method::Password, Method::Code];
        self.open_challenged(challenge, &account, &methods, caller, now).await
    }

    /// Opens the session that a challenge stood before. One challenge opens one session.
    pub(super) async fn open_challenged(
        &self,
        challenge: Challenge,
        account: &Account,
        methods: &[Method],
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SignedIn, SessionError> {
        let email = Email::parse(&account.user.email).ok_or(SessionError::WrongCredentials)?;
        if !self.throttle.once(challenge.attempt).await {
            return Err(FactorError::Challenge.into());
        }
        self.throttle.answered(account.user.id).await;
        let tokens = self.open(account, methods, caller, now).await?;
        Ok(SignedIn { tokens, email })
    }

    /// The challenge of a right password, while the account is as it was then.
    pub(super) async fn challenged(
        &self,
        challenge: &str,
        now: OffsetDateTime,
    ) -> Result<(Challenge, Account), SessionError> {
        let challenge = Challenge::open(challenge, &self.challenge_key, now);
        let challenge = challenge.ok_or(FactorError::Challenge)?;
        let account = users::find(&self.database, challenge.user).await?;
        // The challenge knows whole seconds.
        let since = challenge.issued_at + time::Duration::SECOND;
        let account =
            account.filter(|account| !account.disabled && account.password_changed_at <= since);
        Ok((challenge, account.ok_or(FactorError::Challenge)?))
    }

    fn challenge(
        &self,
        account: &Account,
        enrolled: Enrolled,
        now: OffsetDateTime,
    ) -> SessionError {
        let challenge =
            Challenge { attempt: Uuid::now_v7(), user: account.user.id, issued_at: now };
        let methods = [
            (SecondFactorMethod::Totp, enrolled.totp),
            (SecondFactorMethod::Passkey, enrolled.passkeys > 0),
            (SecondFactorMethod::RecoveryCode, enrolled.recovery_codes > 0),
        ];
        let methods =
            methods.into_iter().filter(|(_, usable)| *usable).map(|(method, _)| method).collect();
        SessionError::SecondFactor { challenge: challenge.seal(&self.challenge_key), methods }
    }

    pub(super) async fn note_failure(
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
