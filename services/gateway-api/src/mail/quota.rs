//! How many mails are sent because somebody asked for them.

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use store::Redis;
use uuid::Uuid;

use crate::domain::account::Email;

/// Requests for mail from one address in the window.
const ASKED_PER_ADDRESS: u64 = 20;
/// Mails that strangers may cause for one recipient in the window.
const SENT_PER_RECIPIENT: u64 = 3;
/// Invitations that one account may send in the window.
const INVITED_PER_ACCOUNT: u64 = 60;
/// Invitations that may be sent to one recipient in the window, whoever sends them.
const INVITED_PER_RECIPIENT: u64 = 5;
/// Length of the window.
const WINDOW: Duration = Duration::from_hours(1);

/// More mails were asked for than are sent.
#[derive(Debug)]
pub(crate) struct TooManyMails {
    pub(crate) retry_after: Duration,
}

/// Whether a mail is sent to an address that is not proven. When there were too many for the
/// recipient nothing is sent and nobody is told, because the answer must not depend on who it is
/// for.
pub(crate) async fn may_send(
    redis: &Redis,
    email: &Email,
    address: IpAddr,
) -> Result<bool, TooManyMails> {
    let asked = redis.key(&["gateway-api", "mails-asked", &address.to_string()]);
    take(redis, &asked, ASKED_PER_ADDRESS).await?;
    let sent = redis.key(&["gateway-api", "mails-sent", &named(email)]);
    let refused = take(redis, &sent, SENT_PER_RECIPIENT).await.is_err();
    if refused {
        tracing::info!("a mail was not sent: its recipient was sent several lately");
    }
    Ok(!refused)
}

/// Lets an account send an invitation, unless it sent many or the recipient was sent several.
pub(crate) async fn may_invite(
    redis: &Redis,
    by: Uuid,
    recipient: &Email,
) -> Result<(), TooManyMails> {
    let invited = redis.key(&["gateway-api", "invited-by", &by.to_string()]);
    take(redis, &invited, INVITED_PER_ACCOUNT).await?;
    let invited = redis.key(&["gateway-api", "invited", &named(recipient)]);
    take(redis, &invited, INVITED_PER_RECIPIENT).await
}

/// Counts one more. When Redis is away mails are let through: the outbox sends one after the other,
/// which bounds their rate.
async fn take(redis: &Redis, key: &str, most: u64) -> Result<(), TooManyMails> {
    match redis.count(key, WINDOW).await {
        Ok(count) if count > most => {
            let wait = redis.remaining(key).await.ok().flatten();
            Err(TooManyMails { retry_after: wait.unwrap_or(WINDOW) })
        }
        Ok(_) => Ok(()),
        Err(error) => {
            tracing::warn!(%error, "mails cannot be counted; letting one through");
            Ok(())
        }
    }
}

/// Redis learns who it is only as a hash.
fn named(email: &Email) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, email.as_str().as_bytes()))
}
