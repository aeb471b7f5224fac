//! Table `signing_keys`.

use api::gateway::{Jwk, SigningAlgorithm};
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, PgExecutor};
use time::OffsetDateTime;

use crate::domain::signing_schedule::{KEPT_AFTER, Schedule};

/// Names the lock that whoever makes keys holds.
const LOCK: i64 = 0x6e78_735f_6b65_7973;

/// A key as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct StoredKey {
    pub(crate) public_jwk: Jwk,
    pub(crate) private_key: Vec<u8>,
    pub(crate) algorithm: SigningAlgorithm,
    pub(crate) schedule: Schedule,
}

#[derive(FromRow)]
struct Row {
    alg: String,
    public_jwk: Json<Jwk>,
    private_key: Vec<u8>,
    activates_at: OffsetDateTime,
    retires_at: Option<OffsetDateTime>,
}

/// Every key, oldest first.
pub(crate) async fn all<'c>(executor: impl PgExecutor<'c>) -> Result<Vec<StoredKey>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT alg, public_jwk, private_key, activates_at, retires_at
         FROM signing_keys ORDER BY activates_at, kid",
    )
    .fetch_all(executor)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(StoredKey {
                algorithm: SigningAlgorithm::named(&row.alg)?,
                public_jwk: row.public_jwk.0,
                private_key: row.private_key,
                schedule: Schedule { activates_at: row.activates_at, retires_at: row.retires_at },
            })
        })
        .collect())
}

/// Makes every other process that makes keys wait until the transaction ends.
pub(crate) async fn lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(connection).await.map(drop)
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    key: &StoredKey,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO signing_keys (kid, alg, public_jwk, private_key, created_at, activates_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&key.public_jwk.kid)
    .bind(key.algorithm.name())
    .bind(Json(&key.public_jwk))
    .bind(&key.private_key)
    .bind(now)
    .bind(key.schedule.activates_at)
    .execute(connection)
    .await
    .map(drop)
}

/// Ends signing with the keys in use. One that has not begun yet never does.
pub(crate) async fn retire(
    connection: &mut PgConnection,
    algorithm: SigningAlgorithm,
    ends_at: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM signing_keys WHERE alg = $1 AND activates_at > $2")
        .bind(algorithm.name())
        .bind(now)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "UPDATE signing_keys SET retires_at = $2
         WHERE alg = $1 AND (retires_at IS NULL OR retires_at > $2)",
    )
    .bind(algorithm.name())
    .bind(ends_at)
    .execute(connection)
    .await
    .map(drop)
}

/// Removes keys that even old id tokens are not recognised by any more.
pub(crate) async fn remove_old(
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM signing_keys WHERE retires_at < $1")
        .bind(now - KEPT_AFTER)
        .execute(connection)
        .await
        .map(drop)
}
