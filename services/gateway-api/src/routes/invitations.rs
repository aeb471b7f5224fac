//! `/api/v1/people/invitations`: those who are invited, and `/api/v1/invitations`: their answers.

use api::gateway::{
    AcceptInvitation, Invitation, InvitationAccepted, Invitations, Invite, MailLinkToken, UserRole,
};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use chassis::extract::{Json, Path};
use chassis::{Principal, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use super::stepped_up::FreshPrincipal;
use crate::accounts;
use crate::domain::audit::Caller;
use crate::state::AppState;

/// Invitations
///
/// Invitations to the platform that have not been answered. Needs the scope `people:read`.
#[utoipa::path(
    get, path = "/api/v1/people/invitations", tag = "people",
    responses(
        (status = OK, description = "The invitations", body = Invitations),
    ),
)]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<Invitations>, Problem> {
    let invitations = state.accounts.invitations(OffsetDateTime::now_utc()).await?;
    Ok(Json(Invitations { invitations }))
}

/// Invite
///
/// Sends an invitation to the platform; an earlier one to the same address is taken back. Needs
/// the scope `people:write`, and a fresh proof of who one is for a role that may change something.
#[utoipa::path(
    post, path = "/api/v1/people/invitations", tag = "people", request_body = Invite,
    responses(
        (status = CREATED, description = "Invited", body = Invitation),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The address has an account", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Not an address or not a name", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn invite(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Json(body): Json<Invite>,
) -> Result<(StatusCode, Json<Invitation>), Problem> {
    if body.role != UserRole::Viewer {
        FreshPrincipal::check(&principal, &state).await?;
    }
    let invite = accounts::Invite {
        email: &body.email,
        display_name: &body.display_name,
        role: body.role,
        by: Some(principal.subject),
    };
    let sent = state.accounts.invite(invite, &caller, OffsetDateTime::now_utc()).await?;
    Ok((StatusCode::CREATED, Json(sent)))
}

/// Take an invitation back
///
/// Its link stops being good. Needs the scope `people:write`.
#[utoipa::path(
    delete, path = "/api/v1/people/invitations/{invitation}", tag = "people",
    params(("invitation" = Uuid, Path, description = "The invitation")),
    responses(
        (status = NO_CONTENT, description = "Taken back"),
        (status = NOT_FOUND, description = "It was answered, was taken back or has expired", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn withdraw(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(invitation): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let now = OffsetDateTime::now_utc();
    state.accounts.withdraw(invitation, principal.subject, &caller, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accept an invitation
///
/// Uses the link of an invitation, and makes the account unless the address has one.
#[utoipa::path(
    post, path = "/api/v1/invitations/accept", tag = "account", request_body = AcceptInvitation,
    responses(
        (status = OK, description = "Accepted", body = InvitationAccepted),
        (status = NOT_FOUND, description = "The link is not good any more", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The address has an account by now", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The name or the password is not accepted", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Too many people are signing in", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn accept(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<AcceptInvitation>,
) -> Result<Json<InvitationAccepted>, Problem> {
    let (name, password) = (body.display_name.as_deref(), body.password.as_deref());
    let now = OffsetDateTime::now_utc();
    Ok(Json(state.accounts.accept(&body.token, name, password, &caller, now).await?))
}

/// Decline an invitation
///
/// Its link stops being good.
#[utoipa::path(
    post, path = "/api/v1/invitations/decline", tag = "account", request_body = MailLinkToken,
    responses(
        (status = NO_CONTENT, description = "Declined"),
        (status = NOT_FOUND, description = "The link is not good any more", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn decline(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<MailLinkToken>,
) -> Result<StatusCode, Problem> {
    state.accounts.decline(&body.token, &caller, OffsetDateTime::now_utc()).await?;
    Ok(StatusCode::NO_CONTENT)
}
