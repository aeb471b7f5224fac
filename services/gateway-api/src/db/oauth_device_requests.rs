//! Table `oauth_device_requests`.

use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::oauth::user_code::UserCode;

/// A device that waits for a person.
#[derive(Debug, Clone)]
pub(crate) struct NewDeviceRequest {
    pub(crate) id: Uuid,
    pub(crate) client: Uuid,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_at: OffsetDateTime,
    pub(crate) poll_seconds: i32,
}

/// A request as the person sees it.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Pending {
    pub(crate) id: Uuid,
    pub(crate) client: Uuid,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_at: OffsetDateTime,
}

/// Who decided, and how they had signed in.
#[derive(Debug, Clone)]
pub(crate) struct Decider {
    pub(crate) user: Uuid,
    pub(crate) auth_time: OffsetDateTime,
    pub(crate) amr: Vec<String>,
    pub(crate) acr: String,
}

/// A request as the device finds it when it asks.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Polled {
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_at: OffsetDateTime,
    /// Whether it asked again before it was due.
    pub(crate) too_soon: bool,
    pub(crate) allowed: Option<bool>,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) auth_time: Option<OffsetDateTime>,
    pub(crate) amr: Option<Vec<String>>,
    pub(crate) acr: Option<String>,
}

/// Adds a request; `false` when the code is taken at the moment.
pub(crate) async fn insert(
    database: &Database,
    request: &NewDeviceRequest,
    code: &UserCode,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    sqlx::query(
        "INSERT INTO oauth_device_requests
             (id, client, user_code, scopes, created_at, expires_at, poll_seconds)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_code) DO NOTHING",
    )
    .bind(request.id)
    .bind(request.client)
    .bind(code.as_str())
    .bind(&request.scopes)
    .bind(now)
    .bind(request.expires_at)
    .bind(request.poll_seconds)
    .execute(database)
    .await
    .map(|done| done.rows_affected() > 0)
}

/// The request of a code that nobody has decided on.
pub(crate) async fn find_pending(
    database: &Database,
    code: &UserCode,
    now: OffsetDateTime,
) -> Result<Option<Pending>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, client, scopes, expires_at FROM oauth_device_requests
         WHERE user_code = $1 AND decided_at IS NULL AND expires_at > $2",
    )
    .bind(code.as_str())
    .bind(now)
    .fetch_optional(database)
    .await
}

/// Decides on a request, once; says whether it was there to be decided on.
pub(crate) async fn decide(
    connection: &mut PgConnection,
    id: Uuid,
    allowed: bool,
    decider: &Decider,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    sqlx::query(
        "UPDATE oauth_device_requests
         SET decided_at = $2, allowed = $3, user_id = $4, auth_time = $5, amr = $6, acr = $7
         WHERE id = $1 AND decided_at IS NULL AND expires_at > $2",
    )
    .bind(id)
    .bind(now)
    .bind(allowed)
    .bind(decider.user)
    .bind(decider.auth_time)
    .bind(&decider.amr)
    .bind(&decider.acr)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() > 0)
}

/// Notes that the device asked. One that asks too soon must wait five seconds longer from then on
/// (RFC 8628, 3.5).
pub(crate) async fn poll(
    connection: &mut PgConnection,
    id: Uuid,
    client: Uuid,
    now: OffsetDateTime,
) -> Result<Option<Polled>, sqlx::Error> {
    sqlx::query_as(
        "WITH found AS (
             SELECT id, polled_at > $3 - make_interval(secs => poll_seconds) AS too_soon
             FROM oauth_device_requests WHERE id = $1 AND client = $2 FOR UPDATE
         )
         UPDATE oauth_device_requests d
         SET polled_at = $3,
             poll_seconds = d.poll_seconds + CASE WHEN found.too_soon THEN 5 ELSE 0 END
         FROM found WHERE d.id = found.id
         RETURNING d.scopes, d.expires_at, coalesce(found.too_soon, false) AS too_soon,
                   d.allowed, d.user_id, d.auth_time, d.amr, d.acr",
    )
    .bind(id)
    .bind(client)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// Ends a request; of two who do only one is told that it was there.
pub(crate) async fn take(connection: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query("DELETE FROM oauth_device_requests WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() > 0)
}

pub(crate) async fn remove_expired(
    database: &Database,
    then: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM oauth_device_requests WHERE expires_at < $1")
        .bind(then)
        .execute(database)
        .await
        .map(drop)
}
