//! Invitations to an organisation.

use api::gateway::{MailLinkPurpose, MemberInvitation, OrganisationRole};
use api::plan::LimitKind;
use uuid::Uuid;

use super::{Actor, Organisations, managed};
use crate::db::mail_links::{self, NewLink, OpenLink};
use crate::db::{audit, organisations, users};
use crate::domain::account::Email;
use crate::domain::mail::Mail;
use crate::domain::organisation::{may_assign, role_name, role_named};
use crate::error::OrganisationError;
use crate::mail::quota;

impl Organisations {
    /// Invites somebody, as far as the plan has room. An earlier invitation of the same address is
    /// taken back.
    pub(crate) async fn invite(
        &self,
        organisation: Uuid,
        email: &str,
        role: OrganisationRole,
        actor: Actor<'_>,
    ) -> Result<MemberInvitation, OrganisationError> {
        let email = Email::parse(email).ok_or(OrganisationError::Email)?;
        let mut transaction = self.database.begin().await?;
        let (found, own) = managed(&mut transaction, organisation, actor).await?;
        if !may_assign(own, role) {
            return Err(OrganisationError::NotAllowed);
        }
        if let Some(holder) = users::find_holder(&mut transaction, &email).await?
            && organisations::role_of(&mut transaction, organisation, holder.id).await?.is_some()
        {
            return Err(OrganisationError::AlreadyMember);
        }
        quota::may_invite(&self.sessions.redis, actor.user, &email).await?;
        mail_links::end_of_organisation(&mut transaction, organisation, &email, actor.now).await?;
        let (plan, used) = organisations::seats(&mut transaction, organisation, actor.now).await?;
        self.plans.entitled(plan).within(LimitKind::Users, used + 1)?;
        let new = NewLink {
            purpose: MailLinkPurpose::OrganisationInvitation,
            email: &email,
            user: None,
            organisation: Some(organisation),
            display_name: None,
            role: Some(role_name(role)),
            created_by: Some(actor.user),
        };
        let link = mail_links::insert(&mut transaction, &new, actor.now).await?;
        let inviter = users::name_of(&mut transaction, actor.user).await?;
        let mail = Mail::OrganisationInvitation { link, organisation: found.name, inviter };
        self.post.queue(&mut transaction, &email, &mail, actor.now).await?;
        let details = serde_json::json!({ "invitation": link, "role": role });
        let entry = actor.entry("organisation.invite", organisation).with(details);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.post.wake();
        let sent = mail_links::find_open(&self.database, link, actor.now).await?;
        sent.map(MemberInvitation::from).ok_or(OrganisationError::UnknownInvitation)
    }

    /// Invitations that have not been answered, for whoever manages the organisation.
    pub(crate) async fn invitations(
        &self,
        organisation: Uuid,
        actor: Actor<'_>,
    ) -> Result<Vec<MemberInvitation>, OrganisationError> {
        let mut transaction = self.database.begin().await?;
        managed(&mut transaction, organisation, actor).await?;
        let open =
            mail_links::list_of_organisation(&mut transaction, organisation, actor.now).await?;
        Ok(open.into_iter().map(MemberInvitation::from).collect())
    }

    /// Takes an invitation back.
    pub(crate) async fn withdraw(
        &self,
        organisation: Uuid,
        invitation: Uuid,
        actor: Actor<'_>,
    ) -> Result<(), OrganisationError> {
        let mut transaction = self.database.begin().await?;
        managed(&mut transaction, organisation, actor).await?;
        mail_links::take(&mut transaction, invitation, actor.now)
            .await?
            .filter(|link| link.organisation == Some(organisation))
            .ok_or(OrganisationError::UnknownInvitation)?;
        let details = serde_json::json!({ "invitation": invitation });
        let entry = actor.entry("organisation.withdraw_invitation", organisation).with(details);
        audit::insert(&mut transaction, &entry).await?;
        Ok(transaction.commit().await?)
    }
}

impl From<OpenLink> for MemberInvitation {
    fn from(link: OpenLink) -> Self {
        Self {
            id: link.id,
            email: link.email.as_str().to_owned(),
            role: role_named(link.role.as_deref().unwrap_or_default()),
            created_at: link.created_at,
            expires_at: link.expires_at,
        }
    }
}
