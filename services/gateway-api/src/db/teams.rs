//! Tables `teams` and `team_members`.

use api::gateway::Team;
use sqlx::error::DatabaseError;
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    members: Vec<Uuid>,
    created_at: OffsetDateTime,
}

/// The teams of an organisation by name.
pub(crate) async fn list(
    database: &Database,
    organisation: Uuid,
) -> Result<Vec<Team>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT t.id, t.name, t.created_at,
             ARRAY(SELECT m.user_id FROM team_members m WHERE m.team_id = t.id ORDER BY m.user_id)
             AS members
         FROM teams t WHERE t.organisation_id = $1 ORDER BY lower(t.name) LIMIT 500",
    )
    .bind(organisation)
    .fetch_all(database)
    .await?;
    let team = |row: Row| Team {
        id: row.id,
        name: row.name,
        members: row.members,
        created_at: row.created_at,
    };
    Ok(rows.into_iter().map(team).collect())
}

/// Adds a team; `None` when another has the name.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    organisation: Uuid,
    name: &str,
    now: OffsetDateTime,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "INSERT INTO teams (id, organisation_id, name, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(Uuid::now_v7())
    .bind(organisation)
    .bind(name)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// What became of a new name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renamed {
    Done,
    NoTeam,
    Taken,
}

pub(crate) async fn rename(
    connection: &mut PgConnection,
    organisation: Uuid,
    team: Uuid,
    name: &str,
) -> Result<Renamed, sqlx::Error> {
    let done = sqlx::query("UPDATE teams SET name = $3 WHERE organisation_id = $1 AND id = $2")
        .bind(organisation)
        .bind(team)
        .bind(name)
        .execute(connection)
        .await;
    match done {
        Err(error) if error.as_database_error().is_some_and(DatabaseError::is_unique_violation) => {
            Ok(Renamed::Taken)
        }
        done => Ok(if done?.rows_affected() == 0 { Renamed::NoTeam } else { Renamed::Done }),
    }
}

/// Removes a team; says whether there was one.
pub(crate) async fn remove(
    connection: &mut PgConnection,
    organisation: Uuid,
    team: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query("DELETE FROM teams WHERE organisation_id = $1 AND id = $2")
        .bind(organisation)
        .bind(team)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() > 0)
}

/// Whether the organisation has the team.
pub(crate) async fn exists(
    connection: &mut PgConnection,
    organisation: Uuid,
    team: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM teams WHERE organisation_id = $1 AND id = $2)")
        .bind(organisation)
        .bind(team)
        .fetch_one(connection)
        .await
}

/// Adds a member of the organisation to the team.
pub(crate) async fn add_member(
    connection: &mut PgConnection,
    organisation: Uuid,
    team: Uuid,
    user: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO team_members (organisation_id, team_id, user_id) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
    )
    .bind(organisation)
    .bind(team)
    .bind(user)
    .execute(connection)
    .await
    .map(drop)
}

pub(crate) async fn remove_member(
    connection: &mut PgConnection,
    team: Uuid,
    user: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM team_members WHERE team_id = $1 AND user_id = $2")
        .bind(team)
        .bind(user)
        .execute(connection)
        .await
        .map(drop)
}
