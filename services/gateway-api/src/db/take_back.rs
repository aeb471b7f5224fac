//! Taking out of an account what was added to it since a time, over the tables that keep it.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// Removes the factors that the account got since then, and what it agreed to. Revokes the API keys
/// that were made since or got another secret; says which.
pub(crate) async fn remove_added(
    connection: &mut PgConnection,
    user: Uuid,
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<Vec<Uuid>, sqlx::Error> {
    let steps = [
        "DELETE FROM passkeys WHERE user_id = $1 AND created_at >= $2",
        "DELETE FROM totp_secrets
         WHERE user_id = $1 AND coalesce(confirmed_at, created_at) >= $2",
        "DELETE FROM recovery_codes WHERE user_id = $1 AND created_at >= $2",
        "DELETE FROM oauth_consents WHERE user_id = $1 AND granted_at >= $2",
        // A device that was allowed and has not asked since would still get tokens.
        "DELETE FROM oauth_device_requests WHERE user_id = $1 AND decided_at >= $2",
    ];
    for step in steps {
        sqlx::query(step).bind(user).bind(since).execute(&mut *connection).await?;
    }
    sqlx::query_scalar(
        "UPDATE api_keys SET revoked_at = $3
         WHERE user_id = $1 AND revoked_at IS NULL AND (created_at >= $2 OR rotated_at >= $2)
         RETURNING id",
    )
    .bind(user)
    .bind(since)
    .bind(now)
    .fetch_all(connection)
    .await
}
