//! Mail: an outbox in the database, SMTP to send it, and a catch-all on this machine where no mail
//! server is configured.

pub(crate) mod catch_all;
pub mod caught;
pub(crate) mod delivery;
pub(crate) mod quota;
pub(crate) mod transport;

use std::sync::Arc;

use aws_lc_rs::hmac;
use sqlx::PgConnection;
use time::OffsetDateTime;
use tokio::sync::Notify;

use crate::db::mail_outbox;
use crate::domain::account::Email;
use crate::domain::letter::Letter;
use crate::domain::mail::{Mail, Site};
use crate::domain::mail_link;

/// Puts mails into the outbox and has them sent. Clones share the outbox.
#[derive(Clone)]
pub(crate) struct Post {
    key: hmac::Key,
    site: Site,
    waiting: Arc<Notify>,
}

impl Post {
    pub(crate) fn new(key: hmac::Key, issuer: &str) -> Self {
        let site = Site { url: issuer.trim_end_matches('/').to_owned() };
        Self { key, site, waiting: Arc::default() }
    }

    /// Adds a mail to the outbox; it is sent when the transaction is committed.
    pub(crate) async fn queue(
        &self,
        connection: &mut PgConnection,
        recipient: &Email,
        mail: &Mail,
        now: OffsetDateTime,
    ) -> Result<(), sqlx::Error> {
        mail_outbox::insert(connection, recipient, mail, now).await
    }

    /// Has the outbox looked at now rather than at the next tick.
    pub(crate) fn wake(&self) {
        self.waiting.notify_one();
    }

    /// The key of the links' MAC.
    pub(crate) fn key(&self) -> &hmac::Key {
        &self.key
    }

    /// The mail with its link; `None` for what is only a request.
    fn letter(&self, mail: &Mail) -> Option<Letter> {
        let address = mail.link().map(|(purpose, link)| {
            let page = mail_link::page(purpose);
            format!("{}{page}#token={}", self.site.url, mail_link::seal(link, &self.key).expose())
        });
        mail.letter(&self.site, address.as_deref())
    }
}
