//! Setting up and removing second factors.

use api::gateway::{Factors as Overview, RecoveryCodes, TotpEnrolment};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Sessions;
use crate::db::sessions::OpenSession;
use crate::db::{audit, factors, recovery_codes, totp};
use crate::domain::assurance::Method;
use crate::domain::audit::{Caller, Entry};
use crate::error::{FactorError, SessionError};

impl Sessions {
    /// What an account has besides its password.
    pub(crate) async fn factors_of(&self, user: Uuid) -> Result<Overview, FactorError> {
        let enrolled = factors::enrolled(&mut *self.database.acquire().await?, user).await?;
        Ok(Overview {
            totp: enrolled.totp,
            passkeys: u32::try_from(enrolled.passkeys).unwrap_or(u32::MAX),
            recovery_codes_left: u32::try_from(enrolled.recovery_codes).unwrap_or(u32::MAX),
        })
    }

    /// Makes the secret of an authenticator app, which counts from its first code on.
    pub(crate) async fn enrol_totp(
        &self,
        open: &OpenSession,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<TotpEnrolment, FactorError> {
        let user = &open.user;
        let mut transaction = self.database.begin().await?;
        let totp = self.factors.enrol_totp(&mut transaction, user.id, &user.email, now).await?;
        note(&mut transaction, "totp.enrol", user.id, caller, now).await?;
        transaction.commit().await?;
        Ok(TotpEnrolment { secret: totp.secret(), otpauth_uri: totp.uri()? })
    }

    /// Takes the first code. The session is one of two factors from here on, and an account
    /// without recovery codes gets some.
    pub(crate) async fn confirm_totp(
        &self,
        session: Uuid,
        open: &OpenSession,
        code: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<RecoveryCodes, SessionError> {
        let user = open.user.id;
        if let Err(retry_after) = self.throttle.proof(user).await {
            return Err(SessionError::Throttled { retry_after });
        }
        let mut transaction = self.database.begin().await?;
        self.factors.confirm_totp(&mut transaction, user, code, now).await?;
        let recovery_codes = self.first_recovery_codes(&mut transaction, user, now).await?;
        note(&mut transaction, "totp.enable", user, caller, now).await?;
        transaction.commit().await?;
        self.prove(session, open, &[Method::Code], caller, now).await?;
        Ok(RecoveryCodes { recovery_codes })
    }

    /// Forgets the authenticator app. Without another factor recovery codes are for nothing.
    pub(crate) async fn remove_totp(
        &self,
        user: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), FactorError> {
        let mut transaction = self.database.begin().await?;
        if !totp::remove(&mut transaction, user).await? {
            return Err(FactorError::Missing);
        }
        self.drop_idle_recovery_codes(&mut transaction, user).await?;
        note(&mut transaction, "totp.disable", user, caller, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Makes new recovery codes; those before are good no more.
    pub(crate) async fn renew_recovery_codes(
        &self,
        user: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<RecoveryCodes, FactorError> {
        let mut transaction = self.database.begin().await?;
        if !factors::enrolled(&mut transaction, user).await?.second_factor() {
            return Err(FactorError::Missing);
        }
        let recovery_codes = self.factors.make_recovery_codes(&mut transaction, user, now).await?;
        note(&mut transaction, "recovery_codes.make", user, caller, now).await?;
        transaction.commit().await?;
        Ok(RecoveryCodes { recovery_codes })
    }

    /// The recovery codes that come with a first factor.
    pub(super) async fn first_recovery_codes(
        &self,
        connection: &mut PgConnection,
        user: Uuid,
        now: OffsetDateTime,
    ) -> Result<Vec<String>, FactorError> {
        if factors::enrolled(&mut *connection, user).await?.recovery_codes > 0 {
            return Ok(Vec::new());
        }
        self.factors.make_recovery_codes(connection, user, now).await
    }

    pub(super) async fn drop_idle_recovery_codes(
        &self,
        connection: &mut PgConnection,
        user: Uuid,
    ) -> Result<(), FactorError> {
        if !factors::enrolled(&mut *connection, user).await?.second_factor() {
            recovery_codes::remove(connection, user).await?;
        }
        Ok(())
    }
}

async fn note(
    connection: &mut PgConnection,
    action: &'static str,
    user: Uuid,
    caller: &Caller,
    now: OffsetDateTime,
) -> Result<(), FactorError> {
    let entry = Entry::success(action, Some(user), now).on("user", user).by(caller);
    Ok(audit::insert(connection, &entry).await?)
}
