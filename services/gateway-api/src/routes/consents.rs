//! `/api/v1/session/consents`: what the signed-in person agreed to.

use api::gateway::Consents;
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use chassis::extract::{Json, Path};
use chassis::{Principal, Problem};
use time::OffsetDateTime;

use crate::db::oauth_consents;
use crate::domain::audit::Caller;
use crate::error::ClientError;
use crate::state::AppState;

/// List consents
///
/// The programs of others that may act for the signed-in person, and what they may do.
#[utoipa::path(
    get, path = "/api/v1/session/consents", tag = "session",
    responses((status = OK, description = "The consents", body = Consents)),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    principal: Principal,
) -> Result<Json<Consents>, Problem> {
    let consents = oauth_consents::of_user(&state.database, principal.subject)
        .await
        .map_err(ClientError::from)?;
    Ok(Json(Consents { consents }))
}

/// Take a consent back
///
/// The program's tokens are refused by every service within a second.
#[utoipa::path(
    delete, path = "/api/v1/session/consents/{client_id}", tag = "session",
    params(("client_id" = String, Path, description = "The client's name in the protocol")),
    responses(
        (status = NO_CONTENT, description = "Taken back"),
        (status = NOT_FOUND, description = "Nothing was given to such a client", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn withdraw(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(client_id): Path<String>,
) -> Result<StatusCode, Problem> {
    let now = OffsetDateTime::now_utc();
    state.oauth.withdraw_consent(principal.subject, &client_id, &caller, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
