//! Links that come back: looked at, and used.

use api::gateway::{EmailVerified, MailLink, MailLinkPurpose, UserRole};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Accounts;
use crate::db::mail_links::{self, OpenLink};
use crate::db::{audit, users};
use crate::domain::audit::{Caller, Entry};
use crate::domain::{account::DisplayName, mail_link};
use crate::error::AccountError;

impl Accounts {
    /// Says what a link is for; it stays good.
    pub(crate) async fn inspect(
        &self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<MailLink, AccountError> {
        let link = self.open_link(token, now).await?;
        let needs_password = match link.purpose {
            MailLinkPurpose::SignUp | MailLinkPurpose::Recovery => true,
            MailLinkPurpose::Invitation | MailLinkPurpose::OrganisationInvitation => {
                users::find_by_email(&self.database, &link.email).await?.is_none()
            }
            MailLinkPurpose::ChangeEmail
            | MailLinkPurpose::UndoEmailChange
            | MailLinkPurpose::Restore => false,
        };
        Ok(MailLink {
            purpose: link.purpose,
            email: link.email.as_str().to_owned(),
            display_name: link.display_name,
            organisation: link.organisation_name,
            role: link.role,
            needs_password,
            expires_at: link.expires_at,
        })
    }

    /// Takes the proof of an address: makes the account of whoever signed up, or gives an account
    /// its new address, or its old one back.
    pub(crate) async fn verify_email(
        &self,
        token: &str,
        password: Option<&str>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<EmailVerified, AccountError> {
        let link = self.open_link(token, now).await?;
        let purpose = link.purpose;
        match purpose {
            MailLinkPurpose::SignUp => {
                let name = link.display_name.as_deref().unwrap_or_default();
                let hash = self.hash_new(password, &[link.email.as_str(), name]).await?;
                self.finish_sign_up(&link, &hash, caller, now).await?;
            }
            MailLinkPurpose::ChangeEmail => self.finish_change(&link, caller, now).await?,
            MailLinkPurpose::UndoEmailChange => self.undo_change(&link, caller, now).await?,
            _ => return Err(AccountError::LinkInvalid),
        }
        Ok(EmailVerified { purpose, email: link.email.as_str().to_owned() })
    }

    /// The link that a token names, when it is still good.
    pub(super) async fn open_link(
        &self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<OpenLink, AccountError> {
        let id = self.link_id(token)?;
        let link = mail_links::find_open(&self.database, id, now).await?;
        link.ok_or(AccountError::LinkInvalid)
    }

    fn link_id(&self, token: &str) -> Result<Uuid, AccountError> {
        mail_link::open(token, self.post.key()).ok_or(AccountError::LinkInvalid)
    }

    async fn finish_sign_up(
        &self,
        link: &OpenLink,
        hash: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        let name = link.display_name.as_deref().and_then(DisplayName::parse);
        let name = name.ok_or(AccountError::DisplayName)?;
        let mut transaction = self.database.begin().await?;
        mail_links::take(&mut transaction, link.id, now).await?.ok_or(AccountError::LinkInvalid)?;
        let role = UserRole::Viewer;
        let user = users::insert(&mut transaction, &link.email, name.as_str(), role, hash)
            .await?
            .ok_or(AccountError::AddressTaken)?;
        mail_links::end_all(&mut transaction, MailLinkPurpose::SignUp, &link.email, now).await?;
        let entry = Entry::success("user.sign_up", Some(user), now).on("user", user).by(caller);
        audit::insert(&mut transaction, &entry).await?;
        Ok(transaction.commit().await?)
    }
}
