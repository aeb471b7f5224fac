//! Invitations to the platform: sent, listed, taken back, accepted, declined.

use api::gateway::{Invitation, InvitationAccepted, MailLinkPurpose, UserRole};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Accounts, parse_email, parse_name};
use crate::db::mail_links::{self, NewLink, OpenLink};
use crate::db::{audit, users};
use crate::domain::account::{DisplayName, role_name, role_named};
use crate::domain::audit::{Caller, Entry};
use crate::domain::mail::Mail;
use crate::error::AccountError;

/// Somebody to be invited.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Invite<'a> {
    pub(crate) email: &'a str,
    pub(crate) display_name: &'a str,
    pub(crate) role: UserRole,
    /// Who invites; nobody when it is the operator.
    pub(crate) by: Option<Uuid>,
}

impl Accounts {
    /// Sends an invitation. An earlier one to the same address is taken back.
    pub(crate) async fn invite(
        &self,
        invite: Invite<'_>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<Invitation, AccountError> {
        let email = parse_email(invite.email)?;
        let name = parse_name(invite.display_name)?;
        let mut transaction = self.database.begin().await?;
        if users::find_holder(&mut transaction, &email).await?.is_some() {
            return Err(AccountError::AddressTaken);
        }
        mail_links::end_all(&mut transaction, MailLinkPurpose::Invitation, &email, now).await?;
        let new = NewLink {
            purpose: MailLinkPurpose::Invitation,
            email: &email,
            user: None,
            display_name: Some(name.as_str()),
            role: Some(role_name(invite.role)),
            created_by: invite.by,
        };
        let link = mail_links::insert(&mut transaction, &new, now).await?;
        let inviter = match invite.by {
            Some(by) => users::name_of(&mut transaction, by).await?,
            None => None,
        };
        self.queue(&mut transaction, &email, &Mail::Invitation { link, inviter }, now).await?;
        let entry = Entry::success("user.invite", invite.by, now)
            .on("invitation", link)
            .by(caller)
            .with(serde_json::json!({ "role": role_name(invite.role) }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.post.wake();
        let sent = mail_links::find_open(&self.database, link, now).await?;
        sent.map(Invitation::from).ok_or(AccountError::LinkInvalid)
    }

    /// Invitations that have not been answered, the newest first.
    pub(crate) async fn invitations(
        &self,
        now: OffsetDateTime,
    ) -> Result<Vec<Invitation>, AccountError> {
        let open = mail_links::list_open(&self.database, MailLinkPurpose::Invitation, now).await?;
        Ok(open.into_iter().map(Invitation::from).collect())
    }

    /// Takes an invitation back.
    pub(crate) async fn withdraw(
        &self,
        invitation: Uuid,
        by: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        let mut transaction = self.database.begin().await?;
        mail_links::take(&mut transaction, invitation, now)
            .await?
            .filter(|link| link.purpose == MailLinkPurpose::Invitation)
            .ok_or(AccountError::UnknownInvitation)?;
        let entry = Entry::success("user.withdraw_invitation", Some(by), now);
        audit::insert(&mut transaction, &entry.on("invitation", invitation).by(caller)).await?;
        Ok(transaction.commit().await?)
    }

    /// Makes the account of whoever accepts.
    pub(crate) async fn accept(
        &self,
        token: &str,
        display_name: Option<&str>,
        password: Option<&str>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<InvitationAccepted, AccountError> {
        let link = self.open_link(token, now).await?;
        if link.purpose != MailLinkPurpose::Invitation {
            return Err(AccountError::LinkInvalid);
        }
        let name = parse_name(display_name.or(link.display_name.as_deref()).unwrap_or_default())?;
        let hash = self.hash_new(password).await?;
        self.join(&link, &name, &hash, caller, now).await?;
        Ok(InvitationAccepted {
            email: link.email.as_str().to_owned(),
            account_created: true,
            organisation: None,
        })
    }

    /// Ends an invitation that is not wanted.
    pub(crate) async fn decline(
        &self,
        token: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        let link = self.open_link(token, now).await?;
        if link.purpose != MailLinkPurpose::Invitation {
            return Err(AccountError::LinkInvalid);
        }
        let mut transaction = self.database.begin().await?;
        mail_links::take(&mut transaction, link.id, now).await?.ok_or(AccountError::LinkInvalid)?;
        let entry = Entry::success("user.decline_invitation", None, now);
        audit::insert(&mut transaction, &entry.on("invitation", link.id).by(caller)).await?;
        Ok(transaction.commit().await?)
    }

    async fn join(
        &self,
        link: &OpenLink,
        name: &DisplayName,
        hash: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<Uuid, AccountError> {
        let role = role_named(link.role.as_deref().unwrap_or_default());
        let mut transaction = self.database.begin().await?;
        mail_links::take(&mut transaction, link.id, now).await?.ok_or(AccountError::LinkInvalid)?;
        let user = users::insert(&mut transaction, &link.email, name.as_str(), role, hash)
            .await?
            .ok_or(AccountError::AddressTaken)?;
        let entry = Entry::success("user.accept_invitation", Some(user), now)
            .on("invitation", link.id)
            .by(caller)
            .with(serde_json::json!({ "role": role_name(role) }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(user)
    }
}

impl From<OpenLink> for Invitation {
    fn from(link: OpenLink) -> Self {
        Self {
            id: link.id,
            email: link.email.as_str().to_owned(),
            display_name: link.display_name.unwrap_or_default(),
            role: role_named(link.role.as_deref().unwrap_or_default()),
            created_at: link.created_at,
            expires_at: link.expires_at,
        }
    }
}
