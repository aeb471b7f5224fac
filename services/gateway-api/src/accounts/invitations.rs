//! Invitations to the platform: sent, listed, taken back, accepted, declined.

use api::gateway::{Invitation, InvitationAccepted, MailLinkPurpose, SignUpPolicy, UserRole};
use api::plan::PlanCode;
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Accounts, parse_email, parse_name};
use crate::db::mail_links::{self, NewLink, OpenLink};
use crate::db::{audit, call_ins, mail_outbox, organisations, plans, users};
use crate::domain::account::{DisplayName, role_name, role_named};
use crate::domain::audit::{Caller, Entry};
use crate::domain::mail::Mail;
use crate::domain::organisation;
use crate::error::AccountError;
use crate::mail::quota;

/// Somebody to be invited.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Invite<'a> {
    pub(crate) email: &'a str,
    pub(crate) display_name: &'a str,
    pub(crate) role: UserRole,
    /// Who invites; nobody when it is the operator.
    pub(crate) by: Option<Uuid>,
}

/// Puts an invitation into the outbox; says its id. An earlier one to the same address is taken
/// back. Nobody calls on the command line.
pub(crate) async fn send(
    database: &Database,
    invite: Invite<'_>,
    caller: Option<&Caller>,
    now: OffsetDateTime,
) -> Result<Uuid, AccountError> {
    let email = parse_email(invite.email)?;
    let name = parse_name(invite.display_name)?;
    let mut transaction = database.begin().await?;
    if users::find_holder(&mut transaction, &email).await?.is_some() {
        return Err(AccountError::AddressTaken);
    }
    mail_links::end_all(&mut transaction, MailLinkPurpose::Invitation, &email, now).await?;
    let new = NewLink {
        purpose: MailLinkPurpose::Invitation,
        email: &email,
        user: None,
        organisation: None,
        display_name: Some(name.as_str()),
        role: Some(role_name(invite.role)),
        created_by: invite.by,
    };
    let link = mail_links::insert(&mut transaction, &new, now).await?;
    let inviter = match invite.by {
        Some(by) => users::name_of(&mut transaction, by).await?,
        None => None,
    };
    let mail = Mail::Invitation { link, inviter };
    mail_outbox::insert(&mut transaction, &email, &mail, now).await?;
    let mut entry = Entry::success("user.invite", invite.by, now)
        .on("invitation", link)
        .with(serde_json::json!({ "role": role_name(invite.role) }));
    if let Some(caller) = caller {
        entry = entry.by(caller);
    }
    audit::insert(&mut transaction, &entry).await?;
    transaction.commit().await?;
    Ok(link)
}

impl Accounts {
    /// Sends an invitation. An earlier one to the same address is taken back.
    pub(crate) async fn invite(
        &self,
        invite: Invite<'_>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<Invitation, AccountError> {
        if let Some(by) = invite.by {
            quota::may_invite(&self.redis, by, &parse_email(invite.email)?).await?;
        }
        let link = send(&self.database, invite, Some(caller), now).await?;
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

    /// Lets whoever accepts in: makes the account unless the address has one, and the member of an
    /// organisation.
    pub(crate) async fn accept(
        &self,
        token: &str,
        display_name: Option<&str>,
        password: Option<&str>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<InvitationAccepted, AccountError> {
        let link = self.open_link(token, now).await?;
        if !is_invitation(&link) {
            return Err(AccountError::LinkInvalid);
        }
        let holder = match link.organisation {
            Some(_) => users::find_by_email(&self.database, &link.email).await?,
            None => None,
        };
        let new = if holder.is_some() {
            None
        } else {
            if link.organisation.is_some() && self.policy == SignUpPolicy::Closed {
                return Err(AccountError::SignUpClosed);
            }
            let name = display_name.or(link.display_name.as_deref()).unwrap_or_default();
            let name = parse_name(name)?;
            let hash = self.hash_new(password, &[link.email.as_str(), name.as_str()]).await?;
            Some((name, hash))
        };
        let known = holder.map(|account| account.user.id);
        self.join(&link, known, new.as_ref(), caller, now).await?;
        Ok(InvitationAccepted {
            email: link.email.as_str().to_owned(),
            account_created: new.is_some(),
            organisation: link.organisation_name,
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
        if !is_invitation(&link) {
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
        known: Option<Uuid>,
        new: Option<&(DisplayName, String)>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        let given = link.role.as_deref().unwrap_or_default();
        // An invitation to an organisation gives no rights on the platform.
        let role = if link.organisation.is_some() { UserRole::Viewer } else { role_named(given) };
        let mut transaction = self.database.begin().await?;
        mail_links::take(&mut transaction, link.id, now).await?.ok_or(AccountError::LinkInvalid)?;
        let made = match new {
            Some((name, hash)) => {
                users::insert(&mut transaction, &link.email, name.as_str(), role, hash).await?
            }
            None => None,
        };
        let user = made.or(known).ok_or(AccountError::AddressTaken)?;
        let mut better_plan = false;
        if let Some(organisation) = link.organisation {
            let role = organisation::role_named(given);
            organisations::add_member(&mut transaction, organisation, user, role, now).await?;
            better_plan =
                plans::of_organisation(&mut transaction, organisation).await? != PlanCode::Free;
        }
        if better_plan {
            call_ins::note(&mut transaction, &[user], now).await?;
        }
        let details =
            serde_json::json!({ "role": given, "organisation": link.organisation, "user": user });
        let entry = Entry::success("user.accept_invitation", Some(user), now)
            .on("invitation", link.id)
            .by(caller)
            .with(details);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        if better_plan {
            self.sessions.call_in(&[user]).await;
            crate::plans::tell(&self.database, &self.redis, &[user], now).await;
        }
        Ok(())
    }
}

fn is_invitation(link: &OpenLink) -> bool {
    matches!(link.purpose, MailLinkPurpose::Invitation | MailLinkPurpose::OrganisationInvitation)
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
