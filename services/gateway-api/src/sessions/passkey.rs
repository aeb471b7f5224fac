//! Registering passkeys, and signing in and stepping up with them.

use api::gateway::{
    Passkey, PasskeyAssertion, PasskeyCeremony, PasskeyList, RegisterPasskey, RegisteredPasskey,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Sessions, SignedIn};
use crate::db::sessions::OpenSession;
use crate::db::{audit, passkeys, users};
use crate::domain::account::Email;
use crate::domain::assurance::Method;
use crate::domain::audit::{Caller, Entry};
use crate::domain::webauthn::WebauthnError;
use crate::error::{FactorError, PasskeyError, SessionError};
use crate::passkeys::{Proven, Purpose};

/// Longest name of a transport, and most of them, that are kept.
const MAX_TRANSPORTS: usize = 8;

impl Sessions {
    /// The passkeys of a user.
    pub(crate) async fn passkeys_of(&self, user: Uuid) -> Result<PasskeyList, PasskeyError> {
        let mut connection = self.database.acquire().await?;
        Ok(PasskeyList { passkeys: passkeys::of(&mut connection, user).await? })
    }

    /// Begins to register a passkey.
    pub(crate) async fn begin_passkey(
        &self,
        open: &OpenSession,
    ) -> Result<PasskeyCeremony, PasskeyError> {
        let mut connection = self.database.acquire().await?;
        self.passkeys.ask_to_register(&mut connection, &open.user).await
    }

    /// Registers a passkey. The session is one of two factors from here on.
    pub(crate) async fn register_passkey(
        &self,
        session: Uuid,
        open: &OpenSession,
        body: &RegisterPasskey,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<RegisteredPasskey, SessionError> {
        let user = open.user.id;
        let name = name(&body.name)?;
        let purpose = Purpose::Register(user);
        let new = self.passkeys.registered(purpose, &body.ceremony, &body.credential).await?;
        let mut transports = body.credential.response.transports.clone();
        transports.retain(|name| name.len() <= 32);
        transports.truncate(MAX_TRANSPORTS);
        let synced = new.backup_eligible;
        let passkey =
            Passkey { id: Uuid::now_v7(), name, synced, created_at: now, last_used_at: None };
        let mut transaction = self.database.begin().await?;
        if !passkeys::insert(&mut transaction, (user, &passkey), &new, &transports).await? {
            return Err(PasskeyError::Taken.into());
        }
        let recovery_codes = self.first_recovery_codes(&mut transaction, user, now).await?;
        let entry = Entry::success("passkey.register", Some(user), now)
            .on("passkey", passkey.id)
            .by(caller);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        let method = if synced { Method::SoftwareKey } else { Method::HardwareKey };
        self.prove(session, open, &[method], caller, now).await?;
        Ok(RegisteredPasskey { passkey, recovery_codes })
    }

    /// Gives a passkey another name.
    pub(crate) async fn rename_passkey(
        &self,
        user: Uuid,
        id: Uuid,
        name_given: &str,
    ) -> Result<Passkey, PasskeyError> {
        let name = name(name_given)?;
        let mut connection = self.database.acquire().await?;
        let renamed = passkeys::rename(&mut connection, user, id, &name).await?;
        Ok(renamed.ok_or(FactorError::Missing)?)
    }

    /// Forgets a passkey. Without another factor recovery codes are for nothing.
    pub(crate) async fn remove_passkey(
        &self,
        user: Uuid,
        id: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), FactorError> {
        let mut transaction = self.database.begin().await?;
        if !passkeys::remove(&mut transaction, user, id).await? {
            return Err(FactorError::Missing);
        }
        self.drop_idle_recovery_codes(&mut transaction, user).await?;
        let entry = Entry::success("passkey.remove", Some(user), now).on("passkey", id).by(caller);
        audit::insert(&mut transaction, &entry).await?;
        Ok(transaction.commit().await?)
    }

    /// Begins to sign in with a passkey and nothing else.
    pub(crate) async fn begin_sign_in(
        &self,
        caller: &Caller,
    ) -> Result<PasskeyCeremony, SessionError> {
        if let Err(retry_after) = self.throttle.address(caller.address).await {
            return Err(SessionError::Throttled { retry_after });
        }
        Ok(self.passkeys.ask(Purpose::SignIn, &[]).await?)
    }

    /// Opens a session for whoever has a passkey.
    pub(crate) async fn sign_in_with_passkey(
        &self,
        ceremony: &str,
        credential: &PasskeyAssertion,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SignedIn, SessionError> {
        let proven = self.proven(Purpose::SignIn, ceremony, credential, caller, now).await?;
        let account = users::find(&self.database, proven.user).await?;
        let Some(account) = account.filter(|account| !account.disabled) else {
            self.note_failure("account-disabled", Some(proven.user), caller, now).await?;
            return Err(PasskeyError::Refused(None).into());
        };
        let email = Email::parse(&account.user.email).ok_or(SessionError::WrongCredentials)?;
        let tokens = self.open(&account, &[proven.method], caller, now).await?;
        Ok(SignedIn { tokens, email })
    }

    /// Begins to answer the challenge of a right password with a passkey.
    pub(crate) async fn begin_answer(
        &self,
        challenge: &str,
        now: OffsetDateTime,
    ) -> Result<PasskeyCeremony, SessionError> {
        let (challenge, account) = self.challenged(challenge, now).await?;
        self.ask_for_own(Purpose::Answer(challenge.attempt), account.user.id).await
    }

    /// Opens the session of who has answered the challenge with a passkey.
    pub(crate) async fn answer_with_passkey(
        &self,
        challenge: &str,
        (ceremony, credential): (&str, &PasskeyAssertion),
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SignedIn, SessionError> {
        let (challenge, account) = self.challenged(challenge, now).await?;
        let purpose = Purpose::Answer(challenge.attempt);
        let proven = self.proven(purpose, ceremony, credential, caller, now).await?;
        if proven.user != account.user.id {
            return Err(PasskeyError::Refused(None).into());
        }
        let methods = [Method::Password, proven.method];
        self.open_challenged(challenge, &account, &methods, caller, now).await
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
        (ceremony, credential): (&str, &PasskeyAssertion),
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let purpose = Purpose::StepUp(session);
        let proven = self.proven(purpose, ceremony, credential, caller, now).await?;
        if proven.user != open.user.id {
            return Err(PasskeyError::Refused(None).into());
        }
        self.prove(session, open, &[proven.method], caller, now).await
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

    /// Checks a passkey; what is not believed changes nothing and is noted.
    async fn proven(
        &self,
        purpose: Purpose,
        ceremony: &str,
        credential: &PasskeyAssertion,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<Proven, SessionError> {
        let mut transaction = self.database.begin().await?;
        let checked =
            self.passkeys.proven(&mut transaction, purpose, ceremony, credential, now).await;
        let refused = match checked {
            Ok(proven) => {
                transaction.commit().await?;
                return Ok(proven);
            }
            Err(PasskeyError::Refused(why)) => why,
            Err(error) => return Err(error.into()),
        };
        transaction.rollback().await?;
        let reason = match refused {
            Some(WebauthnError::Cloned) => "passkey-cloned",
            _ => "passkey-refused",
        };
        self.note_failure(reason, None, caller, now).await?;
        Err(PasskeyError::Refused(refused).into())
    }
}

fn name(given: &str) -> Result<String, PasskeyError> {
    let name = given.trim();
    if (1..=120).contains(&name.chars().count()) && !name.contains('\0') {
        return Ok(name.to_owned());
    }
    Err(PasskeyError::Name)
}
