//! Organisations: their members, invitations and teams.

mod invitations;
mod members;
mod teams;

use std::sync::Arc;

use api::gateway::{Organisation, OrganisationRole};
use api::plan::PlanCode;
use chassis::Principal;
use chassis::entitlements::Plans;
use sqlx::PgConnection;
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::db::{audit, call_ins, organisations, plans};
use crate::domain::account::DisplayName;
use crate::domain::audit::{Caller, Entry};
use crate::domain::organisation::manages;
use crate::error::OrganisationError;
use crate::mail::Post;
use crate::sessions::Sessions;

/// See the [module](self).
pub(crate) struct Organisations {
    database: Database,
    sessions: Arc<Sessions>,
    plans: Plans,
    post: Post,
}

/// Whoever asks: a member by their role, an administrator of the platform by scope.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Actor<'a> {
    pub(crate) user: Uuid,
    reads_all: bool,
    writes_all: bool,
    pub(crate) caller: &'a Caller,
    pub(crate) now: OffsetDateTime,
}

impl<'a> Actor<'a> {
    pub(crate) fn of(principal: &Principal, caller: &'a Caller) -> Self {
        Self {
            user: principal.subject,
            reads_all: principal.scopes.contains("organisations:read"),
            writes_all: principal.scopes.contains("organisations:write"),
            caller,
            now: OffsetDateTime::now_utc(),
        }
    }

    fn entry(&self, action: &'static str, organisation: Uuid) -> Entry {
        Entry::success(action, Some(self.user), self.now)
            .on("organisation", organisation)
            .by(self.caller)
    }
}

impl Organisations {
    pub(crate) fn new(sessions: Arc<Sessions>, plans: Plans, post: Post) -> Self {
        Self { database: sessions.database.clone(), sessions, plans, post }
    }

    pub(crate) async fn list(
        &self,
        actor: Actor<'_>,
    ) -> Result<Vec<Organisation>, OrganisationError> {
        Ok(organisations::list(&self.database, actor.user, actor.reads_all).await?)
    }

    pub(crate) async fn show(
        &self,
        organisation: Uuid,
        actor: Actor<'_>,
    ) -> Result<Organisation, OrganisationError> {
        let mut connection = self.database.acquire().await?;
        seen(&mut connection, organisation, actor, false).await
    }

    /// Makes an organisation, whose owner is whoever makes it.
    pub(crate) async fn create(
        &self,
        name: &str,
        actor: Actor<'_>,
    ) -> Result<Organisation, OrganisationError> {
        let name = parse_name(name)?;
        let mut transaction = self.database.begin().await?;
        let organisation =
            organisations::insert(&mut transaction, name.as_str(), actor.now).await?;
        let owner = OrganisationRole::Owner;
        organisations::add_member(&mut transaction, organisation, actor.user, owner, actor.now)
            .await?;
        let entry = actor.entry("organisation.create", organisation);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.show(organisation, actor).await
    }

    pub(crate) async fn rename(
        &self,
        organisation: Uuid,
        name: &str,
        revision: i64,
        actor: Actor<'_>,
    ) -> Result<Organisation, OrganisationError> {
        let name = parse_name(name)?;
        let mut transaction = self.database.begin().await?;
        let before = managed(&mut transaction, organisation, actor).await?.0;
        if i64::from(before.revision) != revision {
            return Err(OrganisationError::Changed);
        }
        organisations::rename(&mut transaction, organisation, name.as_str()).await?;
        let entry = actor.entry("organisation.rename", organisation);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.show(organisation, actor).await
    }

    /// Removes an organisation with its teams and open invitations. Its members keep their
    /// accounts.
    pub(crate) async fn remove(
        &self,
        organisation: Uuid,
        actor: Actor<'_>,
    ) -> Result<(), OrganisationError> {
        let mut transaction = self.database.begin().await?;
        let (before, role) = managed(&mut transaction, organisation, actor).await?;
        if role != OrganisationRole::Owner {
            return Err(OrganisationError::NotAllowed);
        }
        let people = match before.plan {
            PlanCode::Free => Vec::new(),
            _ => organisations::people_of(&mut transaction, organisation).await?,
        };
        organisations::remove(&mut transaction, organisation).await?;
        call_ins::note(&mut transaction, &people, actor.now).await?;
        let entry = actor.entry("organisation.delete", organisation);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.plans_changed(&people, actor.now).await;
        Ok(())
    }

    /// Gives an organisation a plan, which its members have too.
    pub(crate) async fn set_plan(
        &self,
        organisation: Uuid,
        plan: PlanCode,
        actor: Actor<'_>,
    ) -> Result<(), OrganisationError> {
        let mut transaction = self.database.begin().await?;
        let before = seen(&mut transaction, organisation, actor, true).await?;
        plans::set_of_organisation(&mut transaction, organisation, plan).await?;
        let people = organisations::people_of(&mut transaction, organisation).await?;
        call_ins::note(&mut transaction, &people, actor.now).await?;
        let details = serde_json::json!({ "from": before.plan, "to": plan });
        let entry = actor.entry("plan.set", organisation).with(details);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.plans_changed(&people, actor.now).await;
        Ok(())
    }

    /// Makes what people may do now, by what organisations give them, known everywhere.
    async fn plans_changed(&self, people: &[Uuid], now: OffsetDateTime) {
        if people.is_empty() {
            return;
        }
        self.sessions.call_in(people).await;
        crate::plans::tell(&self.database, &self.sessions.redis, people, now).await;
    }
}

/// The organisation, for its members and for administrators of the platform. Others learn nothing
/// about it.
async fn seen(
    connection: &mut PgConnection,
    organisation: Uuid,
    actor: Actor<'_>,
    lock: bool,
) -> Result<Organisation, OrganisationError> {
    organisations::find(connection, organisation, actor.user, lock)
        .await?
        .filter(|found| found.role.is_some() || actor.reads_all)
        .ok_or(OrganisationError::Unknown)
}

/// The organisation, locked until the transaction ends, for whoever manages it; and as what.
async fn managed(
    connection: &mut PgConnection,
    organisation: Uuid,
    actor: Actor<'_>,
) -> Result<(Organisation, OrganisationRole), OrganisationError> {
    let found = seen(connection, organisation, actor, true).await?;
    let role = if actor.writes_all { Some(OrganisationRole::Owner) } else { found.role };
    match role.filter(|role| manages(*role)) {
        Some(role) => Ok((found, role)),
        None => Err(OrganisationError::NotAllowed),
    }
}

fn parse_name(name: &str) -> Result<DisplayName, OrganisationError> {
    DisplayName::parse(name).ok_or(OrganisationError::Name)
}
