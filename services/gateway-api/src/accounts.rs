//! Accounts: how they come to be, how they are recovered, who administers them, how they end.

mod email_change;
pub(crate) mod erasure;
mod export;
pub(crate) mod invitations;
mod leaving;
mod links;
mod own;
mod people;
mod recovery;
mod sign_up;

use std::net::IpAddr;
use std::sync::Arc;

use api::gateway::{PasswordStrength, SignUpPolicy};
use sqlx::PgConnection;
use store::{Database, Redis};
use time::OffsetDateTime;

use crate::db::mail_outbox;
use crate::domain::account::{DisplayName, Email};
use crate::domain::mail::Mail;
use crate::error::AccountError;
use crate::mail::{Post, quota};
use crate::password_hasher::PasswordHasher;
use crate::sessions::Sessions;

pub(crate) use invitations::Invite;
pub(crate) use people::Edit;

/// See the [module](self).
pub(crate) struct Accounts {
    pub(crate) database: Database,
    pub(crate) redis: Redis,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) hasher: PasswordHasher,
    pub(crate) post: Post,
    pub(crate) policy: SignUpPolicy,
}

impl Accounts {
    /// Sends a mail that a stranger asked for, unless there were too many.
    async fn send_to_stranger(
        &self,
        email: &Email,
        mail: &Mail,
        address: IpAddr,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        if !self.may_send(email, address).await? {
            return Ok(());
        }
        let mut connection = self.database.acquire().await?;
        mail_outbox::insert(&mut connection, email, mail, now).await?;
        self.post.wake();
        Ok(())
    }

    /// See [`quota::may_send`].
    async fn may_send(&self, email: &Email, address: IpAddr) -> Result<bool, AccountError> {
        Ok(quota::may_send(&self.redis, email, address).await?)
    }

    /// How strong a new password is. `about` is what is known of its owner.
    pub(crate) async fn strength(
        &self,
        password: &str,
        about: &[&str],
    ) -> Result<PasswordStrength, AccountError> {
        Ok(self.hasher.strength(password, about).await?)
    }

    /// The hash of a new password, when it is good enough. `own` is what is known of its owner.
    async fn hash_new(&self, password: Option<&str>, own: &[&str]) -> Result<String, AccountError> {
        let password = password.ok_or(AccountError::PasswordMissing)?;
        self.hasher.judge(password, own).await??;
        Ok(self.hasher.hash(password).await?)
    }

    async fn queue(
        &self,
        connection: &mut PgConnection,
        recipient: &Email,
        mail: &Mail,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        Ok(self.post.queue(connection, recipient, mail, now).await?)
    }
}

fn parse_email(email: &str) -> Result<Email, AccountError> {
    Email::parse(email).ok_or(AccountError::Email)
}

fn parse_name(name: &str) -> Result<DisplayName, AccountError> {
    DisplayName::parse(name).ok_or(AccountError::DisplayName)
}
