//! `/api/v1/audit`: who did or tried what.

use api::gateway::{AuditCheckpoint, AuditPage, AuditProof, AuditQuery};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chassis::Problem;
use chassis::extract::{Json, Path, Query};
use uuid::Uuid;

use crate::db;
use crate::domain::audit_cursor;
use crate::domain::audit_filter::AuditFilter;
use crate::error::AuditError;
use crate::state::AppState;

/// Entries on a page when the caller does not say.
const DEFAULT_LIMIT: u32 = 50;

/// Audit log
///
/// A page of the audit log, newest entry first: all of it, or what a search asks for.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    responses(
        (status = OK, description = "A page of the audit log", body = AuditPage),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Cursor, page size or search cannot be used", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditPage>, Problem> {
    Ok(Json(page(&state, &query).await?))
}

/// Checkpoint
///
/// The newest signed checkpoint of the audit log; one is signed first when the log has grown. Kept
/// elsewhere, it shows any later change of what it sealed.
#[utoipa::path(
    get, path = "/api/v1/audit/checkpoint", tag = "audit",
    responses(
        (status = OK, description = "The checkpoint and the key that verifies it", body = AuditCheckpoint),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The log is not what its last checkpoint sealed", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn checkpoint(
    State(state): State<AppState>,
) -> Result<Json<AuditCheckpoint>, Problem> {
    let checkpoint = state.audit.checkpoint_note().await?;
    Ok(Json(AuditCheckpoint { public_key: state.audit.public_key().to_string(), checkpoint }))
}

/// Proof of an entry
///
/// What shows to anybody who has the checkpoint that the entry is in the log as it was written.
#[utoipa::path(
    get, path = "/api/v1/audit/{id}/proof", tag = "audit",
    params(("id" = Uuid, Path, description = "The entry")),
    responses(
        (status = OK, description = "The proof", body = AuditProof),
        (status = BAD_REQUEST, description = "Not the id of an entry", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such entry", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The log is not what its last checkpoint sealed", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn proof(
    State(state): State<AppState>,
    Path(entry): Path<Uuid>,
) -> Result<Json<AuditProof>, Problem> {
    let proof = state.audit.prove(entry).await?;
    Ok(Json(AuditProof {
        index: proof.seq,
        leaf_hash: STANDARD.encode(proof.leaf),
        tree_size: proof.size,
        path: proof.path.iter().map(|hash| STANDARD.encode(hash)).collect(),
        checkpoint: proof.note,
        public_key: state.audit.public_key().to_string(),
    }))
}

async fn page(state: &AppState, query: &AuditQuery) -> Result<AuditPage, AuditError> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=200).contains(&limit) {
        return Err(AuditError::Limit);
    }
    let before = query.cursor.as_deref().map(audit_cursor::parse).transpose()?;
    let filter = AuditFilter::of(query)?;
    // One more than asked for tells whether there is a next page.
    let mut entries =
        db::audit::page(&state.database, before, &filter, i64::from(limit) + 1).await?;
    let more = entries.len() > limit as usize;
    entries.truncate(limit as usize);
    let next = entries.last().filter(|_| more).map(|entry| audit_cursor::after(entry.id));
    Ok(AuditPage { entries, next })
}
