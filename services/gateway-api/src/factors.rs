//! Factors besides the password: authenticator apps and recovery codes.

use aws_lc_rs::hmac;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::db::{recovery_codes, totp};
use crate::domain::recovery_code;
use crate::domain::totp::{SECRET_BYTES, Totp, is_code};
use crate::error::FactorError;
use crate::root_secret::{RootSecret, RootSecretError};
use crate::sealed::Sealer;

/// What they are kept and checked with.
pub(crate) struct Factors {
    sealer: Sealer,
    recovery_key: hmac::Key,
}

impl Factors {
    pub(crate) fn new(secrets: &RootSecret) -> Result<Self, RootSecretError> {
        Ok(Self {
            sealer: Sealer::new(secrets, "totp secrets, version 1")?,
            recovery_key: secrets.mac_key("recovery codes, version 1"),
        })
    }

    /// Makes the secret of an app that waits for its first code.
    pub(crate) async fn enrol_totp(
        &self,
        connection: &mut PgConnection,
        user: Uuid,
        account: &str,
        now: OffsetDateTime,
    ) -> Result<Totp, FactorError> {
        let secret: Zeroizing<[u8; SECRET_BYTES]> = Zeroizing::new(rand::random());
        let sealed = self.sealer.seal(&context(user), secret.as_slice())?;
        if !totp::enrol(connection, user, &sealed, now).await? {
            return Err(FactorError::TotpEnabled);
        }
        Ok(Totp::new(secret.as_slice(), account)?)
    }

    /// Takes the first code of a new app.
    pub(crate) async fn confirm_totp(
        &self,
        connection: &mut PgConnection,
        user: Uuid,
        code: &str,
        now: OffsetDateTime,
    ) -> Result<(), FactorError> {
        let sealed = totp::find(&mut *connection, user, false).await?;
        let sealed = sealed.ok_or(FactorError::TotpNotPending)?;
        let step = self.step(user, &sealed, code, now)?.ok_or(FactorError::WrongCode)?;
        if !totp::confirm(connection, user, &sealed, step, now).await? {
            return Err(FactorError::TotpNotPending);
        }
        Ok(())
    }

    /// Whether the code is one of the user's app, or a recovery code; it is used up by that.
    pub(crate) async fn spend(
        &self,
        connection: &mut PgConnection,
        user: Uuid,
        code: &str,
        now: OffsetDateTime,
    ) -> Result<bool, FactorError> {
        if !is_code(code) {
            let hash = recovery_code::hash(&self.recovery_key, user, code);
            return Ok(recovery_codes::spend(connection, user, &hash, now).await?);
        }
        let Some(sealed) = totp::find(&mut *connection, user, true).await? else {
            return Ok(false);
        };
        match self.step(user, &sealed, code, now)? {
            Some(step) => Ok(totp::spend(connection, user, &sealed, step).await?),
            None => Ok(false),
        }
    }

    /// A new set of recovery codes, to be shown once.
    pub(crate) async fn make_recovery_codes(
        &self,
        connection: &mut PgConnection,
        user: Uuid,
        now: OffsetDateTime,
    ) -> Result<Vec<String>, FactorError> {
        let codes: Vec<String> =
            (0..recovery_code::COUNT).map(|_| recovery_code::code(rand::random())).collect();
        let hashes: Vec<[u8; 32]> =
            codes.iter().map(|code| recovery_code::hash(&self.recovery_key, user, code)).collect();
        recovery_codes::replace(connection, user, &hashes, now).await?;
        Ok(codes)
    }

    fn step(
        &self,
        user: Uuid,
        sealed: &[u8],
        code: &str,
        now: OffsetDateTime,
    ) -> Result<Option<i64>, FactorError> {
        let secret = self.sealer.open(&context(user), sealed)?;
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        Ok(Totp::new(&secret, "")?.step_of(&digits, now))
    }
}

/// Binds a sealed secret to its row.
fn context(user: Uuid) -> String {
    format!("totp_secrets:{user}")
}
