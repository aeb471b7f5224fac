//! Table `users`, as administrators and people themselves see it.

use api::gateway::{Person, PersonStatus, UserRole};
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::account::{plan_named, role_name, role_named};
use crate::domain::deletion::erased_at;

/// Whoever takes administrators away holds it: of two at once the second sees what the first did.
const ADMINISTRATORS_LOCK: i64 = 0x6e78_6164_6d69_6e73;

/// What a person is found by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter<'a> {
    pub(crate) text: Option<&'a str>,
    pub(crate) role: Option<UserRole>,
    pub(crate) status: Option<PersonStatus>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    email: String,
    display_name: String,
    role: String,
    plan: String,
    created_at: OffsetDateTime,
    disabled: bool,
    deletion_requested_at: Option<OffsetDateTime>,
    last_seen_at: Option<OffsetDateTime>,
    revision: i32,
}

const COLUMNS: &str = "u.id, u.email, u.display_name, u.role, u.plan, u.created_at,
    u.disabled_at IS NOT NULL AS disabled, u.deletion_requested_at, u.revision,
    (SELECT max(s.seen_at) FROM sessions s WHERE s.user_id = u.id) AS last_seen_at";

/// People before an id (the newest when there is none), the newest account first.
pub(crate) async fn page(
    database: &Database,
    before: Option<Uuid>,
    filter: Filter<'_>,
    limit: i64,
) -> Result<Vec<Person>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users u
         WHERE ($1::uuid IS NULL OR u.id < $1)
           AND ($2::text IS NULL OR strpos(u.email, $2) > 0 OR strpos(lower(u.display_name), $2) > 0)
           AND ($3::text IS NULL OR u.role = $3)
           AND ($4::text IS NULL OR $4 = CASE
               WHEN u.deletion_requested_at IS NOT NULL THEN 'leaving'
               WHEN u.disabled_at IS NOT NULL THEN 'disabled' ELSE 'active' END)
         ORDER BY u.id DESC LIMIT $5"
    );
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(before)
        .bind(filter.text.map(str::to_lowercase))
        .bind(filter.role.map(role_name))
        .bind(filter.status.map(status_name))
        .bind(limit)
        .fetch_all(database)
        .await?;
    Ok(rows.into_iter().map(Person::from).collect())
}

pub(crate) async fn find(database: &Database, user: Uuid) -> Result<Option<Person>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} FROM users u WHERE u.id = $1");
    let row: Option<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user).fetch_optional(database).await?;
    Ok(row.map(Person::from))
}

/// A person, who stays as they are until the transaction ends.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    user: Uuid,
) -> Result<Option<Person>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} FROM users u WHERE u.id = $1 FOR UPDATE OF u");
    let row: Option<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(user).fetch_optional(connection).await?;
    Ok(row.map(Person::from))
}

/// Writes what a person may be edited in: name, role, and whether the account is closed.
pub(crate) async fn save(
    connection: &mut PgConnection,
    person: &Person,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE users SET display_name = $2, role = $3, revision = revision + 1,
             disabled_at = CASE WHEN $4 = 'active' THEN NULL ELSE coalesce(disabled_at, $5) END,
             deletion_requested_at = CASE WHEN $4 = 'leaving' THEN deletion_requested_at END,
             deletion_requested_by = CASE WHEN $4 = 'leaving' THEN deletion_requested_by END
         WHERE id = $1",
    )
    .bind(person.id)
    .bind(&person.display_name)
    .bind(role_name(person.role))
    .bind(status_name(person.status))
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// Closes an account and has it erased when the hold is over. An earlier request counts from when
/// it was made; who asks last decides who can take it back.
pub(crate) async fn request_deletion(
    connection: &mut PgConnection,
    user: Uuid,
    by: Uuid,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE users SET revision = revision + 1, disabled_at = coalesce(disabled_at, $3),
             deletion_requested_at = coalesce(deletion_requested_at, $3), deletion_requested_by = $2
         WHERE id = $1",
    )
    .bind(user)
    .bind(by)
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// Whether somebody else is an administrator who can sign in. Others who ask wait until the
/// transaction ends.
pub(crate) async fn another_administrator(
    connection: &mut PgConnection,
    user: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(ADMINISTRATORS_LOCK)
        .execute(&mut *connection)
        .await?;
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM users WHERE role = 'admin' AND disabled_at IS NULL AND id <> $1)",
    )
    .bind(user)
    .fetch_one(connection)
    .await
}

fn status_name(status: PersonStatus) -> &'static str {
    match status {
        PersonStatus::Active => "active",
        PersonStatus::Disabled => "disabled",
        PersonStatus::Leaving => "leaving",
    }
}

impl From<Row> for Person {
    fn from(row: Row) -> Self {
        let status = match (row.deletion_requested_at, row.disabled) {
            (Some(_), _) => PersonStatus::Leaving,
            (None, true) => PersonStatus::Disabled,
            (None, false) => PersonStatus::Active,
        };
        Self {
            id: row.id,
            email: row.email,
            display_name: row.display_name,
            role: role_named(&row.role),
            plan: plan_named(&row.plan),
            status,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            erased_at: row.deletion_requested_at.map(erased_at),
            revision: u32::try_from(row.revision).unwrap_or(0),
        }
    }
}
