//! `/api/v1/audit`: who did or tried what.

use api::gateway::{AuditPage, AuditQuery};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use chassis::Problem;
use chassis::extract::{Json, Query};

use crate::db;
use crate::domain::audit_cursor;
use crate::error::AuditError;
use crate::state::AppState;

/// Entries on a page when the caller does not say.
const DEFAULT_LIMIT: u32 = 50;

/// Audit log
///
/// A page of the audit log, newest entry first. Needs the scope `audit:read`.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    responses(
        (status = OK, description = "A page of the audit log", body = AuditPage),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "Not an administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Cursor or page size cannot be used", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditPage>, Problem> {
    Ok(Json(page(&state, &query).await?))
}

async fn page(state: &AppState, query: &AuditQuery) -> Result<AuditPage, AuditError> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=200).contains(&limit) {
        return Err(AuditError::Limit);
    }
    let before = query.cursor.as_deref().map(audit_cursor::parse).transpose()?;
    let action = query.action.as_deref();
    // One more than asked for tells whether there is a next page.
    let mut entries =
        db::audit::page(&state.database, before, action, i64::from(limit) + 1).await?;
    let more = entries.len() > limit as usize;
    entries.truncate(limit as usize);
    let next = entries.last().filter(|_| more).map(|entry| audit_cursor::after(entry.id));
    Ok(AuditPage { entries, next })
}
