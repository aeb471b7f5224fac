//! Table `passkeys`.

use api::gateway::Passkey;
use sqlx::{FromRow, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;
use webauthn::{NewPasskey, Used};

/// A passkey with what checking it needs.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Kept {
    pub(crate) id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) public_key: Vec<u8>,
    pub(crate) counter: i64,
    pub(crate) backup_eligible: bool,
}

/// A passkey as browsers are told of it.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Descriptor {
    pub(crate) credential_id: Vec<u8>,
    pub(crate) transports: Vec<String>,
}

/// What became of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addition {
    Done,
    /// An account has the passkey already.
    Taken,
    /// The account has as many as it may have.
    TooMany,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    backup_eligible: bool,
    backed_up: bool,
    created_at: OffsetDateTime,
    last_used_at: Option<OffsetDateTime>,
}

/// Adds a passkey unless its owner has `most` already.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    (owner, passkey): (Uuid, &Passkey),
    new: &NewPasskey,
    transports: &[String],
    most: i64,
) -> Result<Addition, sqlx::Error> {
    // Whoever registers two at once waits here, so that both are counted.
    sqlx::query("SELECT FROM users WHERE id = $1 FOR UPDATE")
        .bind(owner)
        .execute(&mut *connection)
        .await?;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM passkeys WHERE user_id = $1")
        .bind(owner)
        .fetch_one(&mut *connection)
        .await?;
    if count >= most {
        return Ok(Addition::TooMany);
    }
    let added = sqlx::query(
        "INSERT INTO passkeys (id, user_id, name, credential_id, public_key, counter,
                               backup_eligible, backed_up, transports, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (credential_id) DO NOTHING",
    )
    .bind(passkey.id)
    .bind(owner)
    .bind(&passkey.name)
    .bind(&new.credential_id)
    .bind(&new.public_key)
    .bind(i64::from(new.counter))
    .bind(new.backup_eligible)
    .bind(new.backed_up)
    .bind(transports)
    .bind(passkey.created_at)
    .execute(connection)
    .await?;
    Ok(if added.rows_affected() == 1 { Addition::Done } else { Addition::Taken })
}

/// The passkeys of a user, the oldest first.
pub(crate) async fn of(
    connection: &mut PgConnection,
    user: Uuid,
) -> Result<Vec<Passkey>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, name, backup_eligible, backed_up, created_at, last_used_at FROM passkeys
         WHERE user_id = $1 ORDER BY created_at, id",
    )
    .bind(user)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Passkey::from).collect())
}

/// The passkeys of a user as browsers are told of them.
pub(crate) async fn descriptors(
    connection: &mut PgConnection,
    user: Uuid,
) -> Result<Vec<Descriptor>, sqlx::Error> {
    sqlx::query_as("SELECT credential_id, transports FROM passkeys WHERE user_id = $1 ORDER BY id")
        .bind(user)
        .fetch_all(connection)
        .await
}

/// A passkey that is about to be checked: who else checks it waits until the transaction ends, so
/// that of two assertions with one counter only one is believed.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    credential_id: &[u8],
) -> Result<Option<Kept>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, user_id, public_key, counter, backup_eligible FROM passkeys
         WHERE credential_id = $1 FOR UPDATE",
    )
    .bind(credential_id)
    .fetch_optional(connection)
    .await
}

/// Notes that a passkey was used.
pub(crate) async fn note_use(
    connection: &mut PgConnection,
    id: Uuid,
    used: Used,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE passkeys SET counter = $2, backed_up = $3, last_used_at = $4 WHERE id = $1")
        .bind(id)
        .bind(i64::from(used.counter))
        .bind(used.backed_up)
        .bind(now)
        .execute(connection)
        .await
        .map(drop)
}

/// Gives a user's passkey another name; `None` when the user has none of that id.
pub(crate) async fn rename(
    connection: &mut PgConnection,
    user: Uuid,
    id: Uuid,
    name: &str,
) -> Result<Option<Passkey>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "UPDATE passkeys SET name = $3 WHERE id = $2 AND user_id = $1
         RETURNING id, name, backup_eligible, backed_up, created_at, last_used_at",
    )
    .bind(user)
    .bind(id)
    .bind(name)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Passkey::from))
}

/// Removes a user's passkey; `false` when the user has none of that id.
pub(crate) async fn remove(
    connection: &mut PgConnection,
    user: Uuid,
    id: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query("DELETE FROM passkeys WHERE id = $2 AND user_id = $1")
        .bind(user)
        .bind(id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1)
}

impl From<Row> for Passkey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            syncable: row.backup_eligible,
            backed_up: row.backed_up,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}
