//! Tables `organisations` and `organisation_members`.

use api::gateway::{Member, Organisation, OrganisationRole};
use api::plan::PlanCode;
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::account::plan_named;
use crate::domain::organisation::{role_name, role_named};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    plan: String,
    role: Option<String>,
    members: i64,
    created_at: OffsetDateTime,
    revision: i32,
}

#[derive(FromRow)]
struct MemberRow {
    user_id: Uuid,
    email: String,
    display_name: String,
    role: String,
    joined_at: OffsetDateTime,
}

const COLUMNS: &str = "o.id, o.name, o.plan, o.created_at, o.revision, mine.role,
    (SELECT count(*) FROM organisation_members m WHERE m.organisation_id = o.id) AS members";

/// The organisations of a user by name; with `all` everybody's. At most 500.
pub(crate) async fn list(
    database: &Database,
    user: Uuid,
    all: bool,
) -> Result<Vec<Organisation>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM organisations o
         LEFT JOIN organisation_members mine ON mine.organisation_id = o.id AND mine.user_id = $1
         WHERE $2 OR mine.user_id IS NOT NULL ORDER BY lower(o.name), o.id LIMIT 500"
    );
    let rows: Vec<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user).bind(all).fetch_all(database).await?;
    Ok(rows.into_iter().map(Organisation::from).collect())
}

/// An organisation as a user sees it, locked until the transaction ends when it is to be edited.
pub(crate) async fn find(
    connection: &mut PgConnection,
    organisation: Uuid,
    user: Uuid,
    lock: bool,
) -> Result<Option<Organisation>, sqlx::Error> {
    let lock = if lock { "FOR UPDATE OF o" } else { "" };
    let sql = format!(
        "SELECT {COLUMNS} FROM organisations o
         LEFT JOIN organisation_members mine ON mine.organisation_id = o.id AND mine.user_id = $2
         WHERE o.id = $1 {lock}"
    );
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(organisation)
        .bind(user)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(Organisation::from))
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    name: &str,
    now: OffsetDateTime,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar(
        "INSERT INTO organisations (id, name, created_at) VALUES ($1, $2, $3) RETURNING id",
    )
    .bind(Uuid::now_v7())
    .bind(name)
    .bind(now)
    .fetch_one(connection)
    .await
}

pub(crate) async fn rename(
    connection: &mut PgConnection,
    organisation: Uuid,
    name: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE organisations SET name = $2, revision = revision + 1 WHERE id = $1")
        .bind(organisation)
        .bind(name)
        .execute(connection)
        .await
        .map(drop)
}

pub(crate) async fn remove(
    connection: &mut PgConnection,
    organisation: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM organisations WHERE id = $1")
        .bind(organisation)
        .execute(connection)
        .await
        .map(drop)
}

/// The members in the order they joined.
pub(crate) async fn members(
    database: &Database,
    organisation: Uuid,
) -> Result<Vec<Member>, sqlx::Error> {
    let rows: Vec<MemberRow> = sqlx::query_as(
        "SELECT m.user_id, u.email, u.display_name, m.role, m.joined_at
         FROM organisation_members m JOIN users u ON u.id = m.user_id
         WHERE m.organisation_id = $1 ORDER BY m.joined_at, m.user_id",
    )
    .bind(organisation)
    .fetch_all(database)
    .await?;
    Ok(rows.into_iter().map(Member::from).collect())
}

/// Who belongs to an organisation.
pub(crate) async fn people_of(
    connection: &mut PgConnection,
    organisation: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar("SELECT user_id FROM organisation_members WHERE organisation_id = $1")
        .bind(organisation)
        .fetch_all(connection)
        .await
}

/// What somebody is in an organisation.
pub(crate) async fn role_of(
    connection: &mut PgConnection,
    organisation: Uuid,
    user: Uuid,
) -> Result<Option<OrganisationRole>, sqlx::Error> {
    let role: Option<String> = sqlx::query_scalar(
        "SELECT role FROM organisation_members WHERE organisation_id = $1 AND user_id = $2",
    )
    .bind(organisation)
    .bind(user)
    .fetch_optional(connection)
    .await?;
    Ok(role.map(|role| role_named(&role)))
}

/// How many owners there are besides a member.
pub(crate) async fn other_owners(
    connection: &mut PgConnection,
    organisation: Uuid,
    user: Uuid,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT count(*) FROM organisation_members
         WHERE organisation_id = $1 AND role = 'owner' AND user_id <> $2",
    )
    .bind(organisation)
    .bind(user)
    .fetch_one(connection)
    .await
}

/// Makes somebody a member; a member stays what they are.
pub(crate) async fn add_member(
    connection: &mut PgConnection,
    organisation: Uuid,
    user: Uuid,
    role: OrganisationRole,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO organisation_members (organisation_id, user_id, role, joined_at)
         VALUES ($1, $2, $3, $4) ON CONFLICT (organisation_id, user_id) DO NOTHING",
    )
    .bind(organisation)
    .bind(user)
    .bind(role_name(role))
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

pub(crate) async fn set_role(
    connection: &mut PgConnection,
    organisation: Uuid,
    user: Uuid,
    role: OrganisationRole,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE organisation_members SET role = $3 WHERE organisation_id = $1 AND user_id = $2",
    )
    .bind(organisation)
    .bind(user)
    .bind(role_name(role))
    .execute(connection)
    .await
    .map(drop)
}

pub(crate) async fn remove_member(
    connection: &mut PgConnection,
    organisation: Uuid,
    user: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM organisation_members WHERE organisation_id = $1 AND user_id = $2")
        .bind(organisation)
        .bind(user)
        .execute(connection)
        .await
        .map(drop)
}

/// Plan, and how many belong to the organisation or are invited to.
pub(crate) async fn seats(
    connection: &mut PgConnection,
    organisation: Uuid,
    now: OffsetDateTime,
) -> Result<(PlanCode, u32), sqlx::Error> {
    let (plan, used): (String, i64) = sqlx::query_as(
        "SELECT o.plan,
             (SELECT count(*) FROM organisation_members m WHERE m.organisation_id = o.id)
             + (SELECT count(*) FROM mail_links l WHERE l.organisation_id = o.id
                AND l.ended_at IS NULL AND l.expires_at > $2)
         FROM organisations o WHERE o.id = $1 FOR UPDATE OF o",
    )
    .bind(organisation)
    .bind(now)
    .fetch_one(connection)
    .await?;
    Ok((plan_named(&plan), u32::try_from(used).unwrap_or(u32::MAX)))
}

impl From<Row> for Organisation {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            plan: plan_named(&row.plan),
            role: row.role.as_deref().map(role_named),
            members: u32::try_from(row.members).unwrap_or(u32::MAX),
            created_at: row.created_at,
            revision: u32::try_from(row.revision).unwrap_or(0),
        }
    }
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        Self {
            user: row.user_id,
            email: row.email,
            display_name: row.display_name,
            role: role_named(&row.role),
            joined_at: row.joined_at,
        }
    }
}
