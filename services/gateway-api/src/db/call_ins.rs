//! Columns `called_in_at` and `call_in_published_at` of table `users`.

use sqlx::PgConnection;
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

/// Notes that what access tokens say of these people changes.
pub(crate) async fn note(
    connection: &mut PgConnection,
    people: &[Uuid],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE users SET called_in_at = $2, call_in_published_at = NULL WHERE id = ANY($1)",
    )
    .bind(people)
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// People whose tokens were called in since, with when the other services were told: those that
/// nobody was told of, or all.
pub(crate) async fn since(
    database: &Database,
    then: OffsetDateTime,
    only_unpublished: bool,
) -> Result<Vec<(Uuid, Option<OffsetDateTime>)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, call_in_published_at FROM users
         WHERE called_in_at > $1 AND (call_in_published_at IS NULL OR NOT $2)
         ORDER BY called_in_at LIMIT CASE WHEN $2 THEN 1000 END",
    )
    .bind(then)
    .bind(only_unpublished)
    .fetch_all(database)
    .await
}

/// Notes that the other services were told.
pub(crate) async fn mark_published(
    database: &Database,
    people: &[Uuid],
    at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE users SET call_in_published_at = $2 WHERE id = ANY($1)")
        .bind(people)
        .bind(at)
        .execute(database)
        .await
        .map(drop)
}
