//! Registering, renaming and removing passkeys.

use api::gateway::{Passkey, PasskeyCeremony, PasskeyList, RegisterPasskey, RegisteredPasskey};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Sessions;
use crate::db::passkeys::Addition;
use crate::db::sessions::OpenSession;
use crate::db::{audit, passkeys};
use crate::domain::assurance::Method;
use crate::domain::audit::{Caller, Entry};
use crate::error::{FactorError, PasskeyError, SessionError};
use crate::passkeys::Purpose;

/// Most passkeys of an account.
const MOST: i64 = 20;
/// Most transports of a passkey that are kept, and the longest name of one.
const MAX_TRANSPORTS: usize = 8;
const MAX_TRANSPORT: usize = 32;

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
        let has = passkeys::descriptors(&mut connection, open.user.id).await?;
        drop(connection);
        if i64::try_from(has.len()).is_ok_and(|count| count >= MOST) {
            return Err(PasskeyError::TooMany);
        }
        self.passkeys.ask_to_register(&open.user, &has).await
    }

    /// Registers a passkey. The session is one of two factors from here on, and an account
    /// without recovery codes gets some.
    pub(crate) async fn register_passkey(
        &self,
        session: Uuid,
        open: &OpenSession,
        body: &RegisterPasskey,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<RegisteredPasskey, SessionError> {
        let user = open.user.id;
        let name = parse_name(&body.name)?;
        let ended = self.passkeys.end(Purpose::Register(user), &body.ceremony).await?;
        let new = self.passkeys.registered(ended, &body.credential)?;
        let mut transports = body.credential.response.transports.clone();
        transports.retain(|transport| transport.len() <= MAX_TRANSPORT);
        transports.truncate(MAX_TRANSPORTS);
        let (syncable, backed_up) = (new.backup_eligible, new.backed_up);
        let id = Uuid::now_v7();
        let passkey =
            Passkey { id, name, syncable, backed_up, created_at: now, last_used_at: None };
        let mut transaction = self.database.begin().await?;
        match passkeys::insert(&mut transaction, (user, &passkey), &new, &transports, MOST).await? {
            Addition::Done => {}
            Addition::Taken => return Err(PasskeyError::Taken.into()),
            Addition::TooMany => return Err(PasskeyError::TooMany.into()),
        }
        let recovery_codes = self.first_recovery_codes(&mut transaction, user, now).await?;
        let entry = Entry::success("passkey.register", Some(user), now).on("passkey", id);
        let details = json!({ "syncable": syncable });
        audit::insert(&mut transaction, &entry.by(caller).with(details)).await?;
        transaction.commit().await?;
        let method = if syncable { Method::SoftwareKey } else { Method::HardwareKey };
        self.prove(session, open, &[method], caller, now).await?;
        Ok(RegisteredPasskey { passkey, recovery_codes })
    }

    /// Gives a passkey another name.
    pub(crate) async fn rename_passkey(
        &self,
        user: Uuid,
        id: Uuid,
        name: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<Passkey, PasskeyError> {
        let name = parse_name(name)?;
        let mut transaction = self.database.begin().await?;
        let renamed = passkeys::rename(&mut transaction, user, id, &name).await?;
        let renamed = renamed.ok_or(FactorError::Missing)?;
        let entry = Entry::success("passkey.rename", Some(user), now).on("passkey", id);
        audit::insert(&mut transaction, &entry.by(caller)).await?;
        transaction.commit().await?;
        Ok(renamed)
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
}

fn parse_name(given: &str) -> Result<String, PasskeyError> {
    let name = given.trim();
    if (1..=120).contains(&name.chars().count()) && !name.contains('\0') {
        return Ok(name.to_owned());
    }
    Err(PasskeyError::Name)
}
