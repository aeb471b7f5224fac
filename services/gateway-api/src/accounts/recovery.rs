//! Recovering an account whose password is forgotten.

use api::gateway::MailLinkPurpose;
use time::OffsetDateTime;

use super::{Accounts, parse_email};
use crate::db::{audit, mail_links, sessions, users};
use crate::domain::audit::{Caller, Entry};
use crate::domain::mail::Mail;
use crate::error::AccountError;

impl Accounts {
    /// Sends a mail to the address, whoever it belongs to; what it says is found out when it is
    /// sent.
    pub(crate) async fn recover(
        &self,
        email: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        let email = parse_email(email)?;
        self.send_to_stranger(&email, &Mail::RecoveryRequested, caller.address, now).await
    }

    /// Sets a new password, ends every session and tells the owner. A second factor stays.
    pub(crate) async fn reset_password(
        &self,
        token: &str,
        password: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        let link = self.open_link(token, now).await?;
        let (MailLinkPurpose::Recovery, Some(user)) = (link.purpose, link.user) else {
            return Err(AccountError::LinkInvalid);
        };
        let account = users::find(&self.database, user).await?.ok_or(AccountError::LinkInvalid)?;
        let own = [link.email.as_str(), &account.user.display_name];
        let hash = self.hash_new(Some(password), &own).await?;
        let mut transaction = self.database.begin().await?;
        mail_links::take(&mut transaction, link.id, now).await?.ok_or(AccountError::LinkInvalid)?;
        users::set_password(&mut transaction, &link.email, &hash, now)
            .await?
            .filter(|holder| *holder == user)
            .ok_or(AccountError::LinkInvalid)?;
        mail_links::end_all(&mut transaction, MailLinkPurpose::Recovery, &link.email, now).await?;
        let revoked = sessions::revoke_all(&mut transaction, user, "password-reset", now).await?;
        let mail = Mail::PasswordChanged { name: account.user.display_name };
        self.queue(&mut transaction, &link.email, &mail, now).await?;
        let entry = Entry::success("user.reset_password", Some(user), now).on("user", user);
        audit::insert(&mut transaction, &entry.by(caller)).await?;
        transaction.commit().await?;
        self.sessions.announce(revoked, now).await;
        self.post.wake();
        Ok(())
    }
}
