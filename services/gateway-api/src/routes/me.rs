//! `/api/v1/me` and `/api/v1/restore`: one's own account.

use api::gateway::{ChangeEmail, MailLinkToken, OwnChange, Person};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use chassis::extract::Json;
use chassis::revision::IfMatch;
use chassis::{Principal, Problem};
use time::OffsetDateTime;

use super::people::tagged;
use super::stepped_up::SteppedUp;
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

/// Change my address
///
/// Sends a link to the new address; the account has it when the link comes back. The answer does
/// not tell whether the address has an account: the mail does. Needs a fresh proof of who one is.
#[utoipa::path(
    post, path = "/api/v1/me/email", tag = "me", request_body = ChangeEmail,
    responses(
        (status = ACCEPTED, description = "A mail is on its way"),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Not an address, or the one that the account has", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many mails were asked for", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn change_email(
    State(state): State<AppState>,
    SteppedUp(current): SteppedUp,
    caller: Caller,
    Json(body): Json<ChangeEmail>,
) -> Result<StatusCode, Problem> {
    let now = OffsetDateTime::now_utc();
    state.accounts.change_email(&current.open, &body.email, &caller, now).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Delete my account
///
/// Closes the account, ends its sessions and erases it after 30 days. A link sent by mail opens it
/// again until then. Needs a fresh proof of who one is.
#[utoipa::path(
    delete, path = "/api/v1/me", tag = "me",
    responses(
        (status = OK, description = "The account is closed and will be erased", body = Person),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It is the last administrator", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn leave(
    State(state): State<AppState>,
    SteppedUp(current): SteppedUp,
    caller: Caller,
) -> Result<Json<Person>, Problem> {
    let (user, now) = (current.open.user.id, OffsetDateTime::now_utc());
    Ok(Json(state.accounts.leave(user, &caller, now).await?))
}

/// Take my data along
///
/// What is kept about the caller's account, as one JSON file: `account`, and a list for each kind,
/// the newest 10,000 of each. Streams and recordings are not in it. Needs a fresh proof of who one
/// is.
#[utoipa::path(
    post, path = "/api/v1/me/export", tag = "me",
    responses(
        (status = OK, description = "The file", body = serde_json::Map<String, serde_json::Value>),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn export(
    State(state): State<AppState>,
    SteppedUp(current): SteppedUp,
    caller: Caller,
) -> Result<impl IntoResponse, Problem> {
    let (user, now) = (current.open.user.id, OffsetDateTime::now_utc());
    let everything = state.accounts.export(user, &caller, now).await?;
    let name = HeaderValue::from_static("attachment; filename=\"nexus-account.json\"");
    let unstored = HeaderValue::from_static("no-store");
    Ok(([(header::CONTENT_DISPOSITION, name), (header::CACHE_CONTROL, unstored)], Json(everything)))
}

/// Keep my account
///
/// Uses the link of the mail about a deletion: the account is open again.
#[utoipa::path(
    post, path = "/api/v1/restore", tag = "account", request_body = MailLinkToken,
    responses(
        (status = NO_CONTENT, description = "The account is open again"),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "The link is not good any more", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn restore(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<MailLinkToken>,
) -> Result<StatusCode, Problem> {
    state.accounts.restore(&body.token, &caller, OffsetDateTime::now_utc()).await?;
    Ok(StatusCode::NO_CONTENT)
}
