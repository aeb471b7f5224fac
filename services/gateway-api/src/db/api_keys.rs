//! Table `api_keys`.

use api::gateway::{ApiKey, UserRole};
use api::plan::PlanCode;
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::account::{plan_named, role_named};
use crate::domain::api_key::KeyHash;

const COLUMNS: &str = "id, user_id AS owner, name, prefix AS hint, scopes, requests_per_minute,
    created_at, expires_at, last_used_at, rotated_at, previous_until, revoked_at";

/// How precisely the last use is kept, so that it is written at most once a minute.
const USE_PRECISION: Duration = Duration::MINUTE;

/// A key about to be added.
pub(crate) struct Addition<'a> {
    pub(crate) id: Uuid,
    pub(crate) owner: Uuid,
    pub(crate) name: &'a str,
    pub(crate) hint: &'a str,
    pub(crate) hash: KeyHash,
    pub(crate) scopes: &'a [String],
    pub(crate) requests_per_minute: Option<u32>,
    pub(crate) expires_at: Option<OffsetDateTime>,
}

/// A key with what decides whether it is good.
#[derive(Debug)]
pub(crate) struct Presented {
    pub(crate) owner: Uuid,
    pub(crate) role: UserRole,
    pub(crate) plan: PlanCode,
    pub(crate) scopes: Vec<String>,
    pub(crate) requests_per_minute: Option<u32>,
    pub(crate) expires_at: Option<OffsetDateTime>,
    pub(crate) hash: Vec<u8>,
    pub(crate) previous: Option<(Vec<u8>, OffsetDateTime)>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    owner: Uuid,
    name: String,
    hint: String,
    scopes: Vec<String>,
    requests_per_minute: Option<i32>,
    created_at: OffsetDateTime,
    expires_at: Option<OffsetDateTime>,
    last_used_at: Option<OffsetDateTime>,
    rotated_at: Option<OffsetDateTime>,
    previous_until: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
}

#[derive(FromRow)]
struct PresentedRow {
    user_id: Uuid,
    role: String,
    plan: String,
    scopes: Vec<String>,
    requests_per_minute: Option<i32>,
    expires_at: Option<OffsetDateTime>,
    key_hash: Vec<u8>,
    previous_hash: Option<Vec<u8>>,
    previous_until: Option<OffsetDateTime>,
}

/// Adds a key unless the owner has `most` that are not revoked; `None` then.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    key: &Addition<'_>,
    most: i64,
    now: OffsetDateTime,
) -> Result<Option<ApiKey>, sqlx::Error> {
    // Whoever makes two at once waits here, so that both are counted.
    sqlx::query("SELECT FROM users WHERE id = $1 FOR UPDATE")
        .bind(key.owner)
        .execute(&mut *connection)
        .await?;
    let query = format!(
        "INSERT INTO api_keys (id, user_id, name, prefix, key_hash, scopes, requests_per_minute,
                               created_at, expires_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
         WHERE (SELECT count(*) FROM api_keys WHERE user_id = $2 AND revoked_at IS NULL) < $10
         RETURNING {COLUMNS}"
    );
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(key.id)
        .bind(key.owner)
        .bind(key.name)
        .bind(key.hint)
        .bind(&key.hash.0[..])
        .bind(key.scopes)
        .bind(key.requests_per_minute.and_then(|rate| i32::try_from(rate).ok()))
        .bind(now)
        .bind(key.expires_at)
        .bind(most)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(ApiKey::from))
}

/// Keys before an id (the newest when there is none), of one owner or of everybody, newest first.
pub(crate) async fn page(
    database: &Database,
    owner: Option<Uuid>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ApiKey>, sqlx::Error> {
    let query = format!(
        "SELECT {COLUMNS} FROM api_keys
         WHERE ($1::uuid IS NULL OR user_id = $1) AND ($2::uuid IS NULL OR id < $2)
         ORDER BY id DESC LIMIT $3"
    );
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(owner)
        .bind(before)
        .bind(limit)
        .fetch_all(database)
        .await?;
    Ok(rows.into_iter().map(ApiKey::from).collect())
}

/// Gives a key another name; `None` when the owner has no such key that works.
pub(crate) async fn rename(
    connection: &mut PgConnection,
    key: Uuid,
    owner: Uuid,
    name: &str,
) -> Result<Option<ApiKey>, sqlx::Error> {
    let query = format!(
        "UPDATE api_keys SET name = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL
         RETURNING {COLUMNS}"
    );
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(key)
        .bind(owner)
        .bind(name)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(ApiKey::from))
}

/// Replaces a key's secret; the present one works until `previous_until` too, or not at all.
pub(crate) async fn rotate(
    connection: &mut PgConnection,
    key: Uuid,
    owner: Uuid,
    hash: KeyHash,
    previous_until: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Result<Option<ApiKey>, sqlx::Error> {
    let query = format!(
        "UPDATE api_keys
         SET previous_hash = CASE WHEN $4::timestamptz IS NULL THEN NULL ELSE key_hash END,
             previous_until = $4, key_hash = $3, rotated_at = $5
         WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL
           AND (expires_at IS NULL OR expires_at > $5)
         RETURNING {COLUMNS}"
    );
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(key)
        .bind(owner)
        .bind(&hash.0[..])
        .bind(previous_until)
        .bind(now)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(ApiKey::from))
}

/// Revokes a key, of this owner or of anybody; says whose it was. `None` when there is no such key,
/// or it was revoked before.
pub(crate) async fn revoke(
    connection: &mut PgConnection,
    key: Uuid,
    owner: Option<Uuid>,
    now: OffsetDateTime,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE api_keys SET revoked_at = $3
         WHERE id = $1 AND ($2::uuid IS NULL OR user_id = $2) AND revoked_at IS NULL
         RETURNING user_id",
    )
    .bind(key)
    .bind(owner)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// A key that is neither revoked nor expired, and whose owner may sign in.
pub(crate) async fn find_good(
    database: &Database,
    key: Uuid,
    now: OffsetDateTime,
) -> Result<Option<Presented>, sqlx::Error> {
    let row: Option<PresentedRow> = sqlx::query_as(
        "SELECT k.user_id, u.role, effective_plan(u.id) AS plan, k.scopes, k.requests_per_minute, k.expires_at,
                k.key_hash, k.previous_hash, k.previous_until
         FROM api_keys k JOIN users u ON u.id = k.user_id
         WHERE k.id = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)
           AND u.disabled_at IS NULL",
    )
    .bind(key)
    .bind(now)
    .fetch_optional(database)
    .await?;
    Ok(row.map(|row| Presented {
        owner: row.user_id,
        role: role_named(&row.role),
        plan: plan_named(&row.plan),
        scopes: row.scopes,
        requests_per_minute: row.requests_per_minute.and_then(|rate| u32::try_from(rate).ok()),
        expires_at: row.expires_at,
        hash: row.key_hash,
        previous: row.previous_hash.zip(row.previous_until),
    }))
}

/// Notes that a key was used, unless that was noted less than a minute ago.
pub(crate) async fn note_use(
    database: &Database,
    key: Uuid,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE api_keys SET last_used_at = $2
         WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)",
    )
    .bind(key)
    .bind(now)
    .bind(now - USE_PRECISION)
    .execute(database)
    .await
    .map(drop)
}

/// Keys revoked since `then`: those that nobody was told of, or all.
pub(crate) async fn revoked_since(
    database: &Database,
    then: OffsetDateTime,
    only_unpublished: bool,
) -> Result<Vec<(Uuid, OffsetDateTime)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, revoked_at FROM api_keys
         WHERE revoked_at > $1 AND (revocation_published_at IS NULL OR NOT $2)
         ORDER BY revoked_at LIMIT CASE WHEN $2 THEN 1000 END",
    )
    .bind(then)
    .bind(only_unpublished)
    .fetch_all(database)
    .await
}

/// Notes that the other services were told.
pub(crate) async fn mark_published(
    database: &Database,
    keys: &[Uuid],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    if keys.is_empty() {
        return Ok(());
    }
    sqlx::query("UPDATE api_keys SET revocation_published_at = $2 WHERE id = ANY($1)")
        .bind(keys)
        .bind(now)
        .execute(database)
        .await
        .map(drop)
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            owner: row.owner,
            name: row.name,
            hint: row.hint,
            scopes: row.scopes,
            requests_per_minute: row.requests_per_minute.and_then(|rate| u32::try_from(rate).ok()),
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            rotated_at: row.rotated_at,
            previous_until: row.previous_until,
            revoked_at: row.revoked_at,
        }
    }
}
