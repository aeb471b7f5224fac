//! Table `users`.

use api::gateway::{User, UserRole};
use api::plan::PlanCode;
use sqlx::error::DatabaseError;
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::account::{Email, plan_named, role_name, role_named};

/// An account with what signing in needs.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) user: User,
    pub(crate) password_hash: String,
    pub(crate) password_changed_at: OffsetDateTime,
    pub(crate) disabled: bool,
    /// The effective one.
    pub(crate) plan: PlanCode,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    email: String,
    display_name: String,
    role: String,
    password_hash: String,
    password_changed_at: OffsetDateTime,
    disabled: bool,
    plan: String,
}

/// Whoever holds an address.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Holder {
    pub(crate) id: Uuid,
    pub(crate) display_name: String,
    pub(crate) disabled: bool,
    /// Whether the account will be erased because the holder wants it.
    pub(crate) on_hold: bool,
}

pub(crate) async fn find_holder(
    connection: &mut PgConnection,
    email: &Email,
) -> Result<Option<Holder>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, display_name, disabled_at IS NOT NULL AS disabled,
                coalesce(deletion_requested_by = id, false) AS on_hold
         FROM users WHERE email = $1",
    )
    .bind(email.as_str())
    .fetch_optional(connection)
    .await
}

/// The account of an address.
pub(crate) async fn find_by_email(
    database: &Database,
    email: &Email,
) -> Result<Option<Account>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, email, display_name, role, password_hash, password_changed_at,
                disabled_at IS NOT NULL AS disabled, effective_plan(id) AS plan
         FROM users WHERE email = $1",
    )
    .bind(email.as_str())
    .fetch_optional(database)
    .await?;
    Ok(row.map(Account::from))
}

/// The account of that id.
pub(crate) async fn find(database: &Database, user: Uuid) -> Result<Option<Account>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, email, display_name, role, password_hash, password_changed_at,
                disabled_at IS NOT NULL AS disabled, effective_plan(id) AS plan
         FROM users WHERE id = $1",
    )
    .bind(user)
    .fetch_optional(database)
    .await?;
    Ok(row.map(Account::from))
}

/// Gives an account another password, unless it has another one by now than the caller saw.
pub(crate) async fn change_password(
    connection: &mut PgConnection,
    user: Uuid,
    from: &str,
    to: &str,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    sqlx::query(
        "UPDATE users SET password_hash = $3, password_changed_at = $4
         WHERE id = $1 AND password_hash = $2",
    )
    .bind(user)
    .bind(from)
    .bind(to)
    .bind(now)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Puts another hash of the same password in place, unless the password was changed meanwhile.
pub(crate) async fn replace_hash(
    database: &Database,
    user: Uuid,
    old: &str,
    new: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2")
        .bind(user)
        .bind(old)
        .bind(new)
        .execute(database)
        .await
        .map(drop)
}

/// An account that may be used.
pub(crate) async fn find_enabled(
    database: &Database,
    id: Uuid,
) -> Result<Option<User>, sqlx::Error> {
    let row: Option<(Uuid, String, String, String)> = sqlx::query_as(
        "SELECT id, email, display_name, role FROM users WHERE id = $1 AND disabled_at IS NULL",
    )
    .bind(id)
    .fetch_optional(database)
    .await?;
    Ok(row.map(|(id, email, display_name, role)| User {
        id,
        email,
        display_name,
        role: role_named(&role),
    }))
}

/// Adds an account; `None` when the address has one already.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    email: &Email,
    display_name: &str,
    role: UserRole,
    password_hash: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "INSERT INTO users (id, email, display_name, role, password_hash)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (email) DO NOTHING RETURNING id",
    )
    .bind(Uuid::now_v7())
    .bind(email.as_str())
    .bind(display_name)
    .bind(role_name(role))
    .bind(password_hash)
    .fetch_optional(connection)
    .await
}

/// Whether there is an administrator. Other writers of the table wait until the transaction
/// ends, so that of two who ask at once only one sees none.
pub(crate) async fn administrator_exists(
    connection: &mut PgConnection,
) -> Result<bool, sqlx::Error> {
    sqlx::query("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE").execute(&mut *connection).await?;
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM users WHERE role = 'admin')")
        .fetch_one(connection)
        .await
}

/// Gives an account another password; `None` when there is no such account.
pub(crate) async fn set_password(
    connection: &mut PgConnection,
    email: &Email,
    password_hash: &str,
    now: OffsetDateTime,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE users SET password_hash = $2, password_changed_at = $3
         WHERE email = $1 RETURNING id",
    )
    .bind(email.as_str())
    .bind(password_hash)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// Gives an account another address; says which it had, and the person's name. `None` when the
/// account is closed, unless by its owner, or somebody has the address.
pub(crate) async fn set_email(
    connection: &mut PgConnection,
    user: Uuid,
    email: &Email,
) -> Result<Option<(Email, String)>, sqlx::Error> {
    let changed: Result<Option<(String, String)>, _> = sqlx::query_as(
        "UPDATE users u SET email = $2, revision = u.revision + 1
         FROM (SELECT id, email FROM users WHERE id = $1 FOR UPDATE) old
         WHERE u.id = old.id AND (u.disabled_at IS NULL OR u.deletion_requested_by = u.id)
         RETURNING old.email, u.display_name",
    )
    .bind(user)
    .bind(email.as_str())
    .fetch_optional(connection)
    .await;
    match changed {
        Err(error) if error.as_database_error().is_some_and(DatabaseError::is_unique_violation) => {
            Ok(None)
        }
        changed => Ok(changed?.and_then(|(email, name)| Some((Email::parse(&email)?, name)))),
    }
}

/// The name of a person.
pub(crate) async fn name_of(
    connection: &mut PgConnection,
    user: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT display_name FROM users WHERE id = $1")
        .bind(user)
        .fetch_optional(connection)
        .await
}

impl From<Row> for Account {
    fn from(row: Row) -> Self {
        Self {
            user: User {
                id: row.id,
                email: row.email,
                display_name: row.display_name,
                role: role_named(&row.role),
            },
            password_hash: row.password_hash,
            password_changed_at: row.password_changed_at,
            disabled: row.disabled,
            plan: plan_named(&row.plan),
        }
    }
}
