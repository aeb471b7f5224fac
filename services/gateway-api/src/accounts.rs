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
use std::time::Duration;

use api::gateway::SignUpPolicy;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sqlx::PgConnection;
use store::{Database, Redis};
use time::OffsetDateTime;

use crate::db::mail_outbox;
use crate::domain::account::{DisplayName, Email};
use crate::domain::mail::Mail;
use crate::domain::password;
use crate::error::AccountError;
use crate::mail::Post;
use crate::password_hasher::PasswordHasher;
use crate::sessions::Sessions;

pub(crate) use invitations::Invite;
pub(crate) use people::Edit;

/// Requests for mail from one address in the window.
const ASKED_PER_ADDRESS: u64 = 20;
/// Mails that strangers may cause for one recipient in the window.
const SENT_PER_RECIPIENT: u64 = 3;
/// Length of the window.
const WINDOW: Duration = Duration::from_hours(1);

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

    /// Whether a mail is sent to an address that is not proven. When there were too many for the
    /// recipient nothing is sent and nobody is told, because the answer must not depend on who it is
    /// for.
    async fn may_send(&self, email: &Email, address: IpAddr) -> Result<bool, AccountError> {
        let asked = self.redis.key(&["gateway-api", "mails-asked", &address.to_string()]);
        if self.counted(&asked).await > ASKED_PER_ADDRESS {
            let wait = self.redis.remaining(&asked).await.ok().flatten();
            return Err(AccountError::TooManyMails { retry_after: wait.unwrap_or(WINDOW) });
        }
        // Redis learns who it is only as a hash.
        let recipient = URL_SAFE_NO_PAD.encode(digest(&SHA256, email.as_str().as_bytes()));
        let sent = self.redis.key(&["gateway-api", "mails-sent", &recipient]);
        if self.counted(&sent).await > SENT_PER_RECIPIENT {
            tracing::info!("a mail was not sent: its recipient was sent several lately");
            return Ok(false);
        }
        Ok(true)
    }

    /// How many there were in the window. When Redis is away mails are let through: the outbox
    /// sends one after the other, which bounds their rate.
    async fn counted(&self, key: &str) -> u64 {
        self.redis.count(key, WINDOW).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "mails cannot be counted; letting one through");
            0
        })
    }

    /// The hash of a new password, when it is good enough. `own` is what is known of its owner.
    async fn hash_new(&self, password: Option<&str>, own: &[&str]) -> Result<String, AccountError> {
        let password = password.ok_or(AccountError::PasswordMissing)?;
        password::check_new(password, own)?;
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
