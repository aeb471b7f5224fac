//! Another address: proven by a link that was sent to it, undone by one that was sent to the old.

use api::gateway::MailLinkPurpose;
use serde_json::json;
use time::OffsetDateTime;

use super::{Accounts, parse_email};
use crate::api_keys;
use crate::db::mail_links::{self, NewLink, OpenLink};
use crate::db::sessions::OpenSession;
use crate::db::{audit, mail_outbox, oauth_grants, sessions, take_back, token_revocations, users};
use crate::domain::audit::{Caller, Entry};
use crate::domain::mail::Mail;
use crate::error::AccountError;

impl Accounts {
    /// Sends a mail to the address that an account shall have. Whether somebody has it already is
    /// looked up when the mail is sent, and only the mail says so.
    pub(crate) async fn change_email(
        &self,
        open: &OpenSession,
        email: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        let email = parse_email(email)?;
        if email.as_str() == open.user.email {
            return Err(AccountError::SameEmail);
        }
        if !self.may_send(&email, caller.address).await? {
            return Ok(());
        }
        let user = open.user.id;
        let mut transaction = self.database.begin().await?;
        let mail = Mail::ChangeEmailRequested { user };
        mail_outbox::insert(&mut transaction, &email, &mail, now).await?;
        let entry = Entry::success("user.ask_email_change", Some(user), now).on("user", user);
        audit::insert(&mut transaction, &entry.by(caller)).await?;
        transaction.commit().await?;
        self.post.wake();
        Ok(())
    }

    /// Gives the account the address that the link was sent to, and sends the one it had a link
    /// that takes this back.
    pub(super) async fn finish_change(
        &self,
        link: &OpenLink,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        let user = link.user.ok_or(AccountError::LinkInvalid)?;
        let mut transaction = self.database.begin().await?;
        mail_links::take(&mut transaction, link.id, now).await?.ok_or(AccountError::LinkInvalid)?;
        let (old, name) = users::set_email(&mut transaction, user, &link.email)
            .await?
            .ok_or(AccountError::AddressTaken)?;
        let outdated = [MailLinkPurpose::ChangeEmail, MailLinkPurpose::Recovery];
        mail_links::end_of_account(&mut transaction, user, &outdated, now).await?;
        let new = NewLink::of_account(MailLinkPurpose::UndoEmailChange, &old, user);
        let undo = mail_links::insert(&mut transaction, &new, now).await?;
        let email = link.email.as_str().to_owned();
        self.queue(&mut transaction, &old, &Mail::EmailChanged { link: undo, name, email }, now)
            .await?;
        let entry = Entry::success("user.change_email", Some(user), now).on("user", user);
        audit::insert(&mut transaction, &entry.by(caller)).await?;
        transaction.commit().await?;
        self.post.wake();
        Ok(())
    }

    /// Gives the account back the address that the link was sent to. Everybody is signed out, what
    /// was added to the account since the change goes, and no later link is good any more. An
    /// earlier link stays good: it may be the owner who has that one, and a thief who used this.
    pub(super) async fn undo_change(
        &self,
        link: &OpenLink,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        let user = link.user.ok_or(AccountError::LinkInvalid)?;
        let mut transaction = self.database.begin().await?;
        mail_links::take(&mut transaction, link.id, now).await?.ok_or(AccountError::LinkInvalid)?;
        users::set_email(&mut transaction, user, &link.email)
            .await?
            .ok_or(AccountError::AddressTaken)?;
        let outdated =
            [MailLinkPurpose::ChangeEmail, MailLinkPurpose::Recovery, MailLinkPurpose::Restore];
        mail_links::end_of_account(&mut transaction, user, &outdated, now).await?;
        let (undo, since) = (MailLinkPurpose::UndoEmailChange, link.created_at);
        mail_links::end_later_of_account(&mut transaction, user, undo, since, now).await?;
        let ended = sessions::revoke_all(&mut transaction, user, "revoked", now).await?;
        let grants =
            oauth_grants::revoke_of_user(&mut transaction, user, None, "revoked-by-user", now)
                .await?;
        let tokens_end = self.sessions.lifetimes.tokens_end(now);
        token_revocations::insert(&mut transaction, &grants, tokens_end, now).await?;
        let keys = take_back::remove_added(&mut transaction, user, since, now).await?;
        let entry = Entry::success("user.undo_email_change", Some(user), now)
            .on("user", user)
            .by(caller)
            .with(json!({ "sessions": ended.len(), "grants": grants.len(), "api_keys": keys }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.sessions.announce(ended, now).await;
        self.sessions.announce_ids(&grants, now).await;
        for key in keys {
            let revocations = &self.sessions.revocations;
            api_keys::announce(&self.database, &self.redis, revocations, key, now).await;
        }
        Ok(())
    }
}
