//! Table `audit_log`.

use api::gateway::{AuditEntry, AuditOutcome};
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::audit::Entry;

#[derive(FromRow)]
struct Row {
    id: Uuid,
    at: OffsetDateTime,
    actor: Option<Uuid>,
    action: String,
    outcome: String,
    subject: Option<String>,
    address: Option<String>,
    request_id: Option<String>,
    details: serde_json::Value,
}

/// Adds an entry, unless it is there already.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    entry: &Entry,
) -> Result<(), sqlx::Error> {
    let outcome = match entry.outcome {
        AuditOutcome::Success => "success",
        AuditOutcome::Failure => "failure",
    };
    let caller = entry.caller.as_ref();
    sqlx::query(
        "INSERT INTO audit_log (id, at, actor, action, outcome, subject, address, request_id, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7::inet, $8, $9) ON CONFLICT (id) DO NOTHING",
    )
    .bind(entry.id)
    .bind(entry.at)
    .bind(entry.actor)
    .bind(&*entry.action)
    .bind(outcome)
    .bind(&entry.subject)
    .bind(caller.map(|caller| caller.address.to_string()))
    .bind(caller.and_then(|caller| caller.request_id.as_deref()))
    .bind(&entry.details)
    .execute(connection)
    .await
    .map(drop)
}

/// Entries before an id (the newest when there is none), newest first.
pub(crate) async fn page(
    database: &Database,
    before: Option<Uuid>,
    action: Option<&str>,
    limit: i64,
) -> Result<Vec<AuditEntry>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, at, actor, action, outcome, subject, host(address) AS address, request_id, details
         FROM audit_log
         WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR action = $2)
         ORDER BY id DESC LIMIT $3",
    )
    .bind(before)
    .bind(action)
    .bind(limit)
    .fetch_all(database)
    .await?;
    Ok(rows.into_iter().map(AuditEntry::from).collect())
}

impl From<Row> for AuditEntry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor: row.actor,
            action: row.action,
            outcome: if row.outcome == "success" {
                AuditOutcome::Success
            } else {
                AuditOutcome::Failure
            },
            subject: row.subject,
            address: row.address,
            request_id: row.request_id,
            details: row.details,
        }
    }
}
