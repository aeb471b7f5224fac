//! Table `sessions`: those of one user.

use api::events::SessionRevoked;
use api::gateway::SessionDetails;
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use super::sessions::RevokedRow;
use crate::domain::assurance::Assurance;
use crate::domain::device_name::device_name;

/// Most sessions that are shown.
const MAX: i64 = 200;

#[derive(FromRow)]
struct Row {
    id: Uuid,
    user_agent: Option<String>,
    address: Option<String>,
    created_at: OffsetDateTime,
    seen_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    auth_time: OffsetDateTime,
    amr: Vec<String>,
}

/// The open sessions of a user, the last used first.
pub(crate) async fn open_of(
    database: &Database,
    user: Uuid,
    current: Option<Uuid>,
    now: OffsetDateTime,
) -> Result<Vec<SessionDetails>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, user_agent, host(address) AS address, created_at, seen_at, expires_at,
                auth_time, amr
         FROM sessions
         WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
         ORDER BY seen_at DESC, id DESC LIMIT $3",
    )
    .bind(user)
    .bind(now)
    .bind(MAX)
    .fetch_all(database)
    .await?;
    let details = |row: Row| SessionDetails {
        id: row.id,
        device: row.user_agent.as_deref().and_then(device_name),
        user_agent: row.user_agent,
        address: row.address,
        created_at: row.created_at,
        seen_at: row.seen_at,
        expires_at: row.expires_at,
        auth_time: row.auth_time,
        amr: row.amr,
        current: current == Some(row.id),
    };
    Ok(rows.into_iter().map(details).collect())
}

/// Ends one session of this user; `None` when the user has no such open session.
pub(crate) async fn revoke_of(
    connection: &mut PgConnection,
    user: Uuid,
    session: Uuid,
    reason: &str,
    now: OffsetDateTime,
) -> Result<Option<SessionRevoked>, sqlx::Error> {
    let row: Option<RevokedRow> = sqlx::query_as(
        "UPDATE sessions SET revoked_at = $4, revoked_reason = $3
         WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL AND expires_at > $4
         RETURNING id, revoked_at, tokens_expire_at",
    )
    .bind(user)
    .bind(session)
    .bind(reason)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(SessionRevoked::from))
}

/// Ends every open session of a user but one.
pub(crate) async fn revoke_others(
    connection: &mut PgConnection,
    user: Uuid,
    but: Uuid,
    reason: &str,
    now: OffsetDateTime,
) -> Result<Vec<SessionRevoked>, sqlx::Error> {
    let rows: Vec<RevokedRow> = sqlx::query_as(
        "UPDATE sessions SET revoked_at = $4, revoked_reason = $3
         WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL AND expires_at > $4
         RETURNING id, revoked_at, tokens_expire_at",
    )
    .bind(user)
    .bind(but)
    .bind(reason)
    .bind(now)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(SessionRevoked::from).collect())
}

/// Notes that a session's user has just proven who they are.
pub(crate) async fn prove(
    connection: &mut PgConnection,
    session: Uuid,
    assurance: &Assurance,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET auth_time = $2, amr = $3, acr = $4 WHERE id = $1")
        .bind(session)
        .bind(now)
        .bind(&assurance.amr)
        .bind(&assurance.acr)
        .execute(connection)
        .await
        .map(drop)
}
