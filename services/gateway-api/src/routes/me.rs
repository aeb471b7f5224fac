//! `/api/v1/me`: one's own account.

use api::gateway::{OwnChange, Person};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::extract::Json;
use chassis::revision::IfMatch;
use chassis::{Principal, Problem};
use time::OffsetDateTime;

use super::people::tagged;
use crate::accounts::Edit;
use crate::domain::audit::Caller;
use crate::state::AppState;

/// My account
///
/// One's own account, with the entity tag that edits must name.
#[utoipa::path(
    get, path = "/api/v1/me", tag = "me",
    responses(
        (status = OK, description = "The account", body = Person, headers(("etag" = String, description = "Revision"))),
        (status = NOT_FOUND, description = "The account was erased", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    principal: Principal,
) -> Result<impl IntoResponse, Problem> {
    Ok(tagged(state.accounts.person(principal.subject).await?))
}

/// Edit my account
///
/// Changes one's own name.
#[utoipa::path(
    patch, path = "/api/v1/me", tag = "me", request_body = OwnChange,
    params(("if-match" = String, Header, description = "Entity tag of the state that was edited")),
    responses(
        (status = OK, description = "Edited", body = Person, headers(("etag" = String, description = "Revision"))),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "The account was erased", body = ProblemBody, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "The account was edited meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Not a name", body = ProblemBody, content_type = "application/problem+json"),
        (status = PRECONDITION_REQUIRED, description = "No `if-match` was sent", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn edit(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    IfMatch(revision): IfMatch,
    Json(change): Json<OwnChange>,
) -> Result<impl IntoResponse, Problem> {
    let now = OffsetDateTime::now_utc();
    let edit = Edit { actor: principal.subject, revision, caller: &caller, now };
    Ok(tagged(state.accounts.edit_own(&change, edit).await?))
}
