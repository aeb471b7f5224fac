//! Table `token_revocations`.

use sqlx::PgConnection;
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

/// Notes that the access tokens of a grant, or one token, are refused from now on.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    ids: &[Uuid],
    tokens_expire_at: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO token_revocations (id, revoked_at, tokens_expire_at)
         SELECT unnest($1::uuid[]), $2, $3 ON CONFLICT (id) DO NOTHING",
    )
    .bind(ids)
    .bind(now)
    .bind(tokens_expire_at)
    .execute(connection)
    .await
    .map(drop)
}

/// Removes what no token could be refused by any more.
pub(crate) async fn remove_expired(
    database: &Database,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM token_revocations WHERE tokens_expire_at < $1")
        .bind(now)
        .execute(database)
        .await
        .map(drop)
}
