//! Who belongs to an organisation.

use api::gateway::{Member, OrganisationRole};
use api::plan::PlanCode;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Actor, Organisations, managed, seen};
use crate::db::{audit, call_ins, organisations};
use crate::domain::organisation::may_assign;
use crate::error::OrganisationError;

impl Organisations {
    pub(crate) async fn members(
        &self,
        organisation: Uuid,
        actor: Actor<'_>,
    ) -> Result<Vec<Member>, OrganisationError> {
        self.show(organisation, actor).await?;
        Ok(organisations::members(&self.database, organisation).await?)
    }

    /// Gives a member another role.
    pub(crate) async fn set_role(
        &self,
        organisation: Uuid,
        user: Uuid,
        role: OrganisationRole,
        actor: Actor<'_>,
    ) -> Result<(), OrganisationError> {
        let mut transaction = self.database.begin().await?;
        let (_, own) = managed(&mut transaction, organisation, actor).await?;
        let before = member(&mut transaction, organisation, user).await?;
        if !may_assign(own, before) || !may_assign(own, role) {
            return Err(OrganisationError::NotAllowed);
        }
        if role != OrganisationRole::Owner {
            owner_stays(&mut transaction, organisation, user, before).await?;
        }
        organisations::set_role(&mut transaction, organisation, user, role).await?;
        let entry = actor.entry("organisation.set_role", organisation);
        let details = serde_json::json!({ "user": user, "from": before, "to": role });
        audit::insert(&mut transaction, &entry.with(details)).await?;
        Ok(transaction.commit().await?)
    }

    /// Takes a member out; everybody may leave.
    pub(crate) async fn remove_member(
        &self,
        organisation: Uuid,
        user: Uuid,
        actor: Actor<'_>,
    ) -> Result<(), OrganisationError> {
        let mut transaction = self.database.begin().await?;
        let leaves = actor.user == user;
        let (found, own) = if leaves {
            (seen(&mut transaction, organisation, actor, true).await?, None)
        } else {
            let (found, own) = managed(&mut transaction, organisation, actor).await?;
            (found, Some(own))
        };
        let before = member(&mut transaction, organisation, user).await?;
        if own.is_some_and(|own| !may_assign(own, before)) {
            return Err(OrganisationError::NotAllowed);
        }
        owner_stays(&mut transaction, organisation, user, before).await?;
        organisations::remove_member(&mut transaction, organisation, user).await?;
        // Everybody has the cheapest plan anyway.
        let affected: &[Uuid] = if found.plan == PlanCode::Free { &[] } else { &[user] };
        call_ins::note(&mut transaction, affected, actor.now).await?;
        let action = if leaves { "organisation.leave" } else { "organisation.remove_member" };
        let details = serde_json::json!({ "user": user });
        audit::insert(&mut transaction, &actor.entry(action, organisation).with(details)).await?;
        transaction.commit().await?;
        self.plans_changed(affected, actor.now).await;
        Ok(())
    }
}

async fn member(
    connection: &mut PgConnection,
    organisation: Uuid,
    user: Uuid,
) -> Result<OrganisationRole, OrganisationError> {
    let role = organisations::role_of(connection, organisation, user).await?;
    role.ok_or(OrganisationError::UnknownMember)
}

/// Refuses to take the last owner away. The organisation is locked, so of two owners who leave at
/// once the second sees that the first has left.
async fn owner_stays(
    connection: &mut PgConnection,
    organisation: Uuid,
    user: Uuid,
    role: OrganisationRole,
) -> Result<(), OrganisationError> {
    if role == OrganisationRole::Owner
        && organisations::other_owners(connection, organisation, user).await? == 0
    {
        return Err(OrganisationError::LastOwner);
    }
    Ok(())
}
