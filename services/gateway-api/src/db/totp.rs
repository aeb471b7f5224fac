//! Table `totp_secrets`.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// Keeps a secret that waits for its first code; `false` when the user has an app already.
pub(crate) async fn enrol(
    connection: &mut PgConnection,
    user: Uuid,
    sealed: &[u8],
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    sqlx::query(
        "INSERT INTO totp_secrets AS t (user_id, sealed_secret, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET sealed_secret = $2, created_at = $3
         WHERE t.confirmed_at IS NULL",
    )
    .bind(user)
    .bind(sealed)
    .bind(now)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// The sealed secret of a user, of an app in use or of one that waits for its first code.
pub(crate) async fn find(
    connection: &mut PgConnection,
    user: Uuid,
    confirmed: bool,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT sealed_secret FROM totp_secrets
         WHERE user_id = $1 AND (confirmed_at IS NOT NULL) = $2",
    )
    .bind(user)
    .bind(confirmed)
    .fetch_optional(connection)
    .await
}

/// Takes the first code, after which codes are asked for; `false` when another request was first.
pub(crate) async fn confirm(
    connection: &mut PgConnection,
    user: Uuid,
    sealed: &[u8],
    step: i64,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    sqlx::query(
        "UPDATE totp_secrets SET confirmed_at = $4, last_step = $3
         WHERE user_id = $1 AND sealed_secret = $2 AND confirmed_at IS NULL",
    )
    .bind(user)
    .bind(sealed)
    .bind(step)
    .bind(now)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Takes a code, in one statement: of two who send the same one only one is let in.
pub(crate) async fn spend(
    connection: &mut PgConnection,
    user: Uuid,
    sealed: &[u8],
    step: i64,
) -> Result<bool, sqlx::Error> {
    sqlx::query(
        "UPDATE totp_secrets SET last_step = $3
         WHERE user_id = $1 AND sealed_secret = $2 AND confirmed_at IS NOT NULL AND last_step < $3",
    )
    .bind(user)
    .bind(sealed)
    .bind(step)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Forgets the app of a user; `false` when there was none in use.
pub(crate) async fn remove(connection: &mut PgConnection, user: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query("DELETE FROM totp_secrets WHERE user_id = $1 AND confirmed_at IS NOT NULL")
        .bind(user)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1)
}
