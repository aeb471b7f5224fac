//! Table `recovery_codes`.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// Makes these the codes of a user; those before are good no more.
pub(crate) async fn replace(
    connection: &mut PgConnection,
    user: Uuid,
    hashes: &[[u8; 32]],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    remove(&mut *connection, user).await?;
    let hashes: Vec<&[u8]> = hashes.iter().map(<[u8; 32]>::as_slice).collect();
    sqlx::query(
        "INSERT INTO recovery_codes (user_id, code_hash, created_at)
         SELECT $1, hash, $3 FROM unnest($2::bytea[]) AS hash",
    )
    .bind(user)
    .bind(hashes)
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// Takes a code, in one statement: of two who send the same one only one is let in.
pub(crate) async fn spend(
    connection: &mut PgConnection,
    user: Uuid,
    hash: &[u8; 32],
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    sqlx::query(
        "UPDATE recovery_codes SET used_at = $3
         WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
    )
    .bind(user)
    .bind(hash.as_slice())
    .bind(now)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Removes all of a user's.
pub(crate) async fn remove(connection: &mut PgConnection, user: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1")
        .bind(user)
        .execute(connection)
        .await
        .map(drop)
}
