//! Signing in and stepping up with passkeys.

use api::gateway::{PasskeyCeremony, PasskeyProof};
use time::OffsetDateTime;
use uuid::Uuid;
use webauthn::WebauthnError;

use super::{Sessions, SignedIn, step_up};
use crate::db::passkeys::{self, Kept};
use crate::db::sessions::OpenSession;
use crate::db::users;
use crate::domain::account::Email;
use crate::domain::assurance::Method;
use crate::domain::audit::Caller;
use crate::error::{FactorError, PasskeyError, Refusal, SessionError};
use crate::passkeys::{Purpose, bytes};

/// A passkey that was believed.
struct Proven {
    owner: Uuid,
    method: Method,
}

/// Whose passkey is not believed, and why.
struct Doubt {
    owner: Option<Uuid>,
    why: Refusal,
}

impl Sessions {
    /// Begins to sign in with a passkey and nothing else.
    pub(crate) async fn begin_sign_in(
        &self,
        caller: &Caller,
    ) -> Result<PasskeyCeremony, SessionError> {
        if let Err(retry_after) = self.throttle.ceremony(caller.address).await {
            return Err(SessionError::Throttled { retry_after });
        }
        Ok(self.passkeys.ask(Purpose::SignIn, &[]).await?)
    }

    /// Opens a session for whoever has a passkey.
    pub(crate) async fn sign_in_with_passkey(
        &self,
        proof: &PasskeyProof,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SignedIn, SessionError> {
        // Who signs in with a passkey alone is named by the authenticator, and rightly so.
        let handle = proof.credential.response.user_handle.as_deref().and_then(bytes);
        let named = handle.and_then(|handle| Uuid::from_slice(&handle).ok());
        let account = match named {
            Some(user) => users::find(&self.database, user).await?,
            None => None,
        };
        let disabled = account.as_ref().is_some_and(|account| account.disabled);
        let checked = self.check(Purpose::SignIn, named, disabled, proof, now).await?;
        let doubt = match (checked, account) {
            (Ok(proven), Some(account)) => {
                let email = Email::parse(&account.user.email);
                let email = email.ok_or(SessionError::WrongCredentials)?;
                let tokens = self.open(&account, &[proven.method], caller, now).await?;
                return Ok(SignedIn { tokens, email });
            }
            (Ok(proven), None) => Doubt { owner: Some(proven.owner), why: Refusal::Unknown },
            (Err(doubt), _) => doubt,
        };
        self.note_failure(doubt.reason(), doubt.owner, caller, now).await?;
        Err(PasskeyError::Refused(doubt.why).into())
    }

    /// Begins to answer the challenge of a right password with a passkey.
    pub(crate) async fn begin_answer(
        &self,
        challenge: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<PasskeyCeremony, SessionError> {
        if let Err(retry_after) = self.throttle.ceremony(caller.address).await {
            return Err(SessionError::Throttled { retry_after });
        }
        let (challenge, account) = self.challenged(challenge, now).await?;
        self.ask_for_own(Purpose::Answer(challenge.attempt), account.user.id).await
    }

    /// Opens the session of who has answered the challenge with a passkey.
    pub(crate) async fn answer_with_passkey(
        &self,
        challenge: &str,
        proof: &PasskeyProof,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SignedIn, SessionError> {
        let (challenge, account) = self.challenged(challenge, now).await?;
        let user = account.user.id;
        let purpose = Purpose::Answer(challenge.attempt);
        match self.check(purpose, Some(user), false, proof, now).await? {
            Ok(proven) => {
                let methods = [Method::Password, proven.method];
                self.open_challenged(challenge, &account, &methods, caller, now).await
            }
            Err(doubt) => {
                self.note_failure(doubt.reason(), Some(user), caller, now).await?;
                Err(PasskeyError::Refused(doubt.why).into())
            }
        }
    }

    /// Begins to prove again who is signed in.
    pub(crate) async fn begin_step_up(
        &self,
        session: Uuid,
        open: &OpenSession,
    ) -> Result<PasskeyCeremony, SessionError> {
        self.ask_for_own(Purpose::StepUp(session), open.user.id).await
    }

    /// Takes a passkey as the proof.
    pub(crate) async fn step_up_with_passkey(
        &self,
        session: Uuid,
        open: &OpenSession,
        proof: &PasskeyProof,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let user = open.user.id;
        match self.check(Purpose::StepUp(session), Some(user), false, proof, now).await? {
            Ok(proven) => self.prove(session, open, &[proven.method], caller, now).await,
            Err(doubt) => {
                let mut connection = self.database.acquire().await?;
                let reason = doubt.reason();
                step_up::note_failure(&mut connection, session, user, reason, caller, now).await?;
                Err(PasskeyError::Refused(doubt.why).into())
            }
        }
    }

    async fn ask_for_own(
        &self,
        purpose: Purpose,
        user: Uuid,
    ) -> Result<PasskeyCeremony, SessionError> {
        let mut connection = self.database.acquire().await?;
        let own = passkeys::descriptors(&mut connection, user).await?;
        drop(connection);
        if own.is_empty() {
            return Err(FactorError::Missing.into());
        }
        Ok(self.passkeys.ask(purpose, &own).await?)
    }

    /// Ends the ceremony and checks a passkey that should be this user's. What is not believed, or is
    /// of an account that is disabled, changes nothing else.
    async fn check(
        &self,
        purpose: Purpose,
        user: Option<Uuid>,
        disabled: bool,
        proof: &PasskeyProof,
        now: OffsetDateTime,
    ) -> Result<Result<Proven, Doubt>, SessionError> {
        let ended = match self.passkeys.end(purpose, &proof.ceremony).await {
            Ok(ended) => ended,
            Err(PasskeyError::Refused(why)) => return Ok(Err(Doubt { owner: None, why })),
            Err(error) => return Err(error.into()),
        };
        let credential = &proof.credential;
        let mut transaction = self.database.begin().await?;
        let kept = match bytes(&credential.raw_id) {
            Some(id) => passkeys::lock(&mut transaction, &id).await?,
            None => None,
        };
        let Some(kept) = kept else {
            return Ok(Err(Doubt { owner: None, why: Refusal::Unknown }));
        };
        let owner = kept.user_id;
        let Some(user) = user else {
            return Ok(Err(Doubt { owner: None, why: Refusal::Unknown }));
        };
        if owner != user {
            return Ok(Err(Doubt { owner: Some(owner), why: Refusal::Stranger }));
        }
        match self.passkeys.proven(ended, &kept, credential) {
            Ok(_) if disabled => Ok(Err(Doubt { owner: Some(owner), why: Refusal::Disabled })),
            Ok(last) => {
                passkeys::note_use(&mut transaction, kept.id, last, now).await?;
                transaction.commit().await?;
                Ok(Ok(Proven { owner, method: method(&kept) }))
            }
            Err(PasskeyError::Refused(why)) => Ok(Err(Doubt { owner: Some(owner), why })),
            Err(error) => Err(error.into()),
        }
    }
}

impl Doubt {
    /// What the audit log says of it.
    fn reason(&self) -> &'static str {
        match self.why {
            Refusal::Answer(WebauthnError::Cloned) => "passkey-cloned",
            Refusal::Disabled => "account-disabled",
            _ => "passkey-refused",
        }
    }
}

fn method(kept: &Kept) -> Method {
    if kept.backup_eligible { Method::SoftwareKey } else { Method::HardwareKey }
}
