//! Table `oauth_consents`.

use api::gateway::Consent;
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    client_id: String,
    name: String,
    scopes: Vec<String>,
    granted_at: OffsetDateTime,
}

/// Whether a user agreed to all of these for a client.
pub(crate) async fn covers(
    database: &Database,
    user: Uuid,
    client: Uuid,
    scopes: &[String],
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM oauth_consents
                        WHERE user_id = $1 AND client = $2 AND scopes @> $3)",
    )
    .bind(user)
    .bind(client)
    .bind(scopes)
    .fetch_one(database)
    .await
}

/// Adds scopes to what a user agreed to.
pub(crate) async fn add(
    connection: &mut PgConnection,
    user: Uuid,
    client: Uuid,
    scopes: &[String],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO oauth_consents AS known (user_id, client, scopes, granted_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, client) DO UPDATE SET granted_at = $4, scopes = ARRAY(
             SELECT DISTINCT unnest(known.scopes || excluded.scopes) ORDER BY 1)",
    )
    .bind(user)
    .bind(client)
    .bind(scopes)
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

pub(crate) async fn of_user(database: &Database, user: Uuid) -> Result<Vec<Consent>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT c.client_id, c.name, o.scopes, o.granted_at
         FROM oauth_consents o JOIN oauth_clients c ON c.id = o.client
         WHERE o.user_id = $1 ORDER BY c.name, c.client_id LIMIT 500",
    )
    .bind(user)
    .fetch_all(database)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Consent {
            client_id: row.client_id,
            name: row.name,
            scopes: row.scopes,
            granted_at: row.granted_at,
        })
        .collect())
}

/// Takes a consent back; says whether there was one.
pub(crate) async fn remove(
    connection: &mut PgConnection,
    user: Uuid,
    client: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query("DELETE FROM oauth_consents WHERE user_id = $1 AND client = $2")
        .bind(user)
        .bind(client)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() > 0)
}
