//! Teams inside an organisation.

use api::gateway::Team;
use uuid::Uuid;

use super::{Actor, Organisations, managed, parse_name};
use crate::db::teams::{self, Renamed};
use crate::db::{audit, organisations};
use crate::error::OrganisationError;

impl Organisations {
    pub(crate) async fn teams(
        &self,
        organisation: Uuid,
        actor: Actor<'_>,
    ) -> Result<Vec<Team>, OrganisationError> {
        self.show(organisation, actor).await?;
        Ok(teams::list(&self.database, organisation).await?)
    }

    pub(crate) async fn create_team(
        &self,
        organisation: Uuid,
        name: &str,
        actor: Actor<'_>,
    ) -> Result<Team, OrganisationError> {
        let name = parse_name(name)?;
        let mut transaction = self.database.begin().await?;
        managed(&mut transaction, organisation, actor).await?;
        let id = teams::insert(&mut transaction, organisation, name.as_str(), actor.now)
            .await?
            .ok_or(OrganisationError::TeamTaken)?;
        let details = serde_json::json!({ "team": id });
        let entry = actor.entry("team.create", organisation).with(details);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        let name = name.as_str().to_owned();
        Ok(Team { id, name, members: Vec::new(), created_at: actor.now })
    }

    pub(crate) async fn rename_team(
        &self,
        organisation: Uuid,
        team: Uuid,
        name: &str,
        actor: Actor<'_>,
    ) -> Result<(), OrganisationError> {
        let name = parse_name(name)?;
        let mut transaction = self.database.begin().await?;
        managed(&mut transaction, organisation, actor).await?;
        match teams::rename(&mut transaction, organisation, team, name.as_str()).await? {
            Renamed::Done => {}
            Renamed::NoTeam => return Err(OrganisationError::UnknownTeam),
            Renamed::Taken => return Err(OrganisationError::TeamTaken),
        }
        let details = serde_json::json!({ "team": team });
        let entry = actor.entry("team.rename", organisation).with(details);
        audit::insert(&mut transaction, &entry).await?;
        Ok(transaction.commit().await?)
    }

    pub(crate) async fn remove_team(
        &self,
        organisation: Uuid,
        team: Uuid,
        actor: Actor<'_>,
    ) -> Result<(), OrganisationError> {
        let mut transaction = self.database.begin().await?;
        managed(&mut transaction, organisation, actor).await?;
        if !teams::remove(&mut transaction, organisation, team).await? {
            return Err(OrganisationError::UnknownTeam);
        }
        let details = serde_json::json!({ "team": team });
        let entry = actor.entry("team.delete", organisation).with(details);
        audit::insert(&mut transaction, &entry).await?;
        Ok(transaction.commit().await?)
    }

    /// Puts a member of the organisation into a team, or takes them out of it.
    pub(crate) async fn set_in_team(
        &self,
        (organisation, team, user): (Uuid, Uuid, Uuid),
        belongs: bool,
        actor: Actor<'_>,
    ) -> Result<(), OrganisationError> {
        let mut transaction = self.database.begin().await?;
        managed(&mut transaction, organisation, actor).await?;
        if !teams::exists(&mut transaction, organisation, team).await? {
            return Err(OrganisationError::UnknownTeam);
        }
        if organisations::role_of(&mut transaction, organisation, user).await?.is_none() {
            return Err(OrganisationError::UnknownMember);
        }
        let action = if belongs {
            teams::add_member(&mut transaction, organisation, team, user).await?;
            "team.add_member"
        } else {
            teams::remove_member(&mut transaction, team, user).await?;
            "team.remove_member"
        };
        let details = serde_json::json!({ "team": team, "user": user });
        audit::insert(&mut transaction, &actor.entry(action, organisation).with(details)).await?;
        Ok(transaction.commit().await?)
    }
}
