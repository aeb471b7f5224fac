//! `/api/v1/system`: how the platform is doing, and its checks.

use api::gateway::{ChecksReport, ChecksState, SystemStatus};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use chassis::Problem;
use chassis::extract::Json;

use crate::error::SystemError;
use crate::state::AppState;

/// System status
///
/// Health of services and engines, load of the machine, alarms. Looked at every two seconds.
#[utoipa::path(
    get, path = "/api/v1/system", tag = "system",
    responses(
        (status = OK, description = "The last look at the platform", body = SystemStatus),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The scope is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Nothing has been looked at yet", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn status(State(state): State<AppState>) -> Result<Json<SystemStatus>, Problem> {
    Ok(Json(state.system.status().await.ok_or(SystemError::Pending)?))
}

/// Last system checks
#[utoipa::path(
    get, path = "/api/v1/system/checks", tag = "system",
    responses(
        (status = OK, description = "What the last run found", body = ChecksState),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The scope is missing", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn checks(State(state): State<AppState>) -> Json<ChecksState> {
    Json(state.system.checks.state())
}

/// Run the system checks
///
/// The same as `nexus validate` on the server. A report of the last ten seconds is given again.
#[utoipa::path(
    post, path = "/api/v1/system/checks", tag = "system",
    responses(
        (status = OK, description = "What was found", body = ChecksReport),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The scope is missing", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "The checks cannot be run", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn run_checks(
    State(state): State<AppState>,
) -> Result<Json<ChecksReport>, Problem> {
    Ok(Json(state.system.checks.run().await?))
}
