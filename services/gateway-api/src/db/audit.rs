//! Table `audit_log`.

use api::gateway::{AuditEntry, AuditOutcome};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::audit::Entry;
use crate::domain::audit_filter::{ActionFilter, AuditFilter};

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
    let caller = entry.caller.as_ref();
    sqlx::query(
        "INSERT INTO audit_log (id, at, actor, action, outcome, subject, address, request_id, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7::inet, $8, $9) ON CONFLICT (id) DO NOTHING",
    )
    .bind(entry.id)
    .bind(entry.at)
    .bind(entry.actor)
    .bind(&*entry.action)
    .bind(outcome_name(entry.outcome))
    .bind(&entry.subject)
    .bind(caller.map(|caller| caller.address.to_string()))
    .bind(caller.and_then(|caller| caller.request_id.as_deref()))
    .bind(&entry.details)
    .execute(connection)
    .await
    .map(drop)
}

/// Entries before one (the newest when there is none), newest first.
pub(crate) async fn page(
    database: &Database,
    before: Option<Uuid>,
    filter: &AuditFilter,
    limit: i64,
) -> Result<Vec<AuditEntry>, sqlx::Error> {
    let mut query = QueryBuilder::<Postgres>::new(
        "SELECT id, at, actor, action, outcome, subject, host(address) AS address, request_id, details
         FROM audit_log WHERE true",
    );
    if let Some(before) = before {
        query.push(" AND id < ").push_bind(before);
    }
    narrow(&mut query, filter);
    query.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
    let rows: Vec<Row> = query.build_query_as().fetch_all(database).await?;
    Ok(rows.into_iter().map(AuditEntry::from).collect())
}

/// Only what is asked for stands in the statement, so that each search finds its index.
fn narrow(query: &mut QueryBuilder<Postgres>, filter: &AuditFilter) {
    if let Some(actor) = filter.actor {
        query.push(" AND actor = ").push_bind(actor);
    }
    match &filter.action {
        Some(ActionFilter::Exactly(action)) => {
            query.push(" AND action = ").push_bind(action.clone());
        }
        Some(ActionFilter::BeginsWith { from, below }) => {
            query.push(" AND action ~>=~ ").push_bind(from.clone());
            query.push(" AND action ~<~ ").push_bind(below.clone());
        }
        None => {}
    }
    if let Some(subject) = &filter.subject {
        query.push(" AND subject = ").push_bind(subject.clone());
    }
    if let Some(outcome) = filter.outcome {
        query.push(" AND outcome = ").push_bind(outcome_name(outcome));
    }
    if let Some(from) = filter.from {
        query.push(" AND at >= ").push_bind(from);
    }
    if let Some(until) = filter.until {
        query.push(" AND at < ").push_bind(until);
    }
    if let Some(request) = &filter.request_id {
        query.push(" AND request_id = ").push_bind(request.clone());
    }
    if let Some(words) = &filter.words {
        query.push(" AND jsonb_to_tsvector('simple', details, '[\"string\", \"numeric\"]')");
        query.push(" @@ plainto_tsquery('simple', ").push_bind(words.clone()).push(")");
    }
}

fn outcome_name(outcome: AuditOutcome) -> &'static str {
    match outcome {
        AuditOutcome::Success => "success",
        AuditOutcome::Failure => "failure",
    }
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
