//! Table `oauth_interactions`.

use api::gateway::{InteractionReason, InteractionStage};
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use super::labels::{from_label, label};
use crate::domain::oauth::request::AuthorizationRequest;

/// A request that waits for a person.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) id: Uuid,
    pub(crate) client: Uuid,
    pub(crate) request: AuthorizationRequest,
    pub(crate) stage: InteractionStage,
    pub(crate) reason: InteractionReason,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    client: Uuid,
    request: Json<AuthorizationRequest>,
    stage: String,
    reason: String,
    created_at: OffsetDateTime,
    expires_at: OffsetDateTime,
}

pub(crate) async fn insert(database: &Database, waiting: &Waiting) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO oauth_interactions (id, client, request, stage, reason, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(waiting.id)
    .bind(waiting.client)
    .bind(Json(&waiting.request))
    .bind(label(&waiting.stage))
    .bind(label(&waiting.reason))
    .bind(waiting.created_at)
    .bind(waiting.expires_at)
    .execute(database)
    .await
    .map(drop)
}

pub(crate) async fn find(
    database: &Database,
    id: Uuid,
    now: OffsetDateTime,
) -> Result<Option<Waiting>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, client, request, stage, reason, created_at, expires_at
         FROM oauth_interactions WHERE id = $1 AND expires_at > $2",
    )
    .bind(id)
    .bind(now)
    .fetch_optional(database)
    .await?;
    Ok(row.and_then(|row| {
        Some(Waiting {
            id: row.id,
            client: row.client,
            request: row.request.0,
            stage: from_label(&row.stage)?,
            reason: from_label(&row.reason)?,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }))
}

/// Notes what the person must do next.
pub(crate) async fn advance(
    database: &Database,
    id: Uuid,
    stage: InteractionStage,
    reason: InteractionReason,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE oauth_interactions SET stage = $2, reason = $3 WHERE id = $1")
        .bind(id)
        .bind(label(&stage))
        .bind(label(&reason))
        .execute(database)
        .await
        .map(drop)
}

/// Ends an interaction; of two who do only one is told that it was there.
pub(crate) async fn take(connection: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query("DELETE FROM oauth_interactions WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() > 0)
}

pub(crate) async fn remove_expired(
    database: &Database,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM oauth_interactions WHERE expires_at < $1")
        .bind(now)
        .execute(database)
        .await
        .map(drop)
}
