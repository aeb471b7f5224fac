//! Another address: proven by a link that was sent to it, undone by one that was sent to the old.

use api::gateway::MailLinkPurpose;
use time::OffsetDateTime;

use super::{Accounts, parse_email};
use crate::db::mail_links::{self, NewLink, OpenLink};
use crate::db::sessions::OpenSession;
use crate::db::{audit, mail_outbox, sessions, users};
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

    /// Gives the account back the address that the link was sent to. Whoever changed it is signed
    /// out, and no other link of the account is good any more.
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
        let outdated = [
            MailLinkPurpose::ChangeEmail,
            MailLinkPurpose::UndoEmailChange,
            MailLinkPurpose::Recovery,
            MailLinkPurpose::Restore,
        ];
        mail_links::end_of_account(&mut transaction, user, &outdated, now).await?;
        let ended = sessions::revoke_all(&mut transaction, user, "revoked", now).await?;
        let entry = Entry::success("user.undo_email_change", Some(user), now).on("user", user);
        audit::insert(&mut transaction, &entry.by(caller)).await?;
        transaction.commit().await?;
        self.sessions.announce(ended, now).await;
        Ok(())
    }
}
