//! Table `mail_outbox`.

use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::account::Email;
use crate::domain::mail::Mail;

/// For how long whoever took a mail has it to itself: longer than sending may take.
const LEASE: Duration = Duration::minutes(2);

/// A mail that was taken to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) id: Uuid,
    pub(crate) recipient: Email,
    pub(crate) mail: Mail,
    /// How many attempts there have been, this one included.
    pub(crate) attempts: u32,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    recipient: String,
    message: Json<Mail>,
    attempts: i32,
}

/// Adds a mail, to be sent when the transaction is committed.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    recipient: &Email,
    mail: &Mail,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO mail_outbox (id, recipient, message, created_at, next_attempt_at)
         VALUES ($1, $2, $3, $4, $4)",
    )
    .bind(Uuid::now_v7())
    .bind(recipient.as_str())
    .bind(Json(mail))
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// Takes the mail that is due first. Nobody else takes it before the lease is over.
pub(crate) async fn take(
    database: &Database,
    now: OffsetDateTime,
) -> Result<Option<Waiting>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "UPDATE mail_outbox SET attempts = attempts + 1, next_attempt_at = $2
         WHERE id = (
             SELECT id FROM mail_outbox
             WHERE sent_at IS NULL AND given_up_at IS NULL AND next_attempt_at <= $1
             ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, recipient, message, attempts",
    )
    .bind(now)
    .bind(now + LEASE)
    .fetch_optional(database)
    .await?;
    Ok(row.and_then(|row| {
        Some(Waiting {
            id: row.id,
            recipient: Email::parse(&row.recipient)?,
            mail: row.message.0,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        })
    }))
}

/// Puts what a request turned out to mean in its place.
pub(crate) async fn replace(
    connection: &mut PgConnection,
    id: Uuid,
    mail: &Mail,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE mail_outbox SET message = $2 WHERE id = $1")
        .bind(id)
        .bind(Json(mail))
        .execute(connection)
        .await
        .map(drop)
}

/// Notes that it was sent.
pub(crate) async fn mark_sent(
    database: &Database,
    id: Uuid,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE mail_outbox SET sent_at = $2, last_error = NULL WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(database)
        .await
        .map(drop)
}

/// Notes that it could not be sent, and when it is tried again.
pub(crate) async fn mark_failed(
    database: &Database,
    id: Uuid,
    error: &str,
    again_at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE mail_outbox SET last_error = $2, next_attempt_at = $3 WHERE id = $1")
        .bind(id)
        .bind(error)
        .bind(again_at)
        .execute(database)
        .await
        .map(drop)
}

/// Notes that it will never be sent.
pub(crate) async fn mark_given_up(
    connection: &mut PgConnection,
    id: Uuid,
    error: &str,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE mail_outbox SET last_error = $2, given_up_at = $3 WHERE id = $1")
        .bind(id)
        .bind(error)
        .bind(now)
        .execute(connection)
        .await
        .map(drop)
}

/// Removes mails that were sent or given up long ago; says how many.
pub(crate) async fn remove_done_before(
    database: &Database,
    then: OffsetDateTime,
) -> Result<u64, sqlx::Error> {
    sqlx::query(
        "DELETE FROM mail_outbox WHERE id IN (
             SELECT id FROM mail_outbox
             WHERE created_at < $1 AND (sent_at IS NOT NULL OR given_up_at IS NOT NULL) LIMIT 5000)",
    )
    .bind(then)
    .execute(database)
    .await
    .map(|done| done.rows_affected())
}
