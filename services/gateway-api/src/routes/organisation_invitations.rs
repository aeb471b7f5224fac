//! `/api/v1/organisations/{organisation}/invitations`.

use api::gateway::{InviteMember, MemberInvitation, MemberInvitations};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use chassis::extract::{Json, Path};
use chassis::{Principal, Problem};
use uuid::Uuid;

use crate::domain::audit::Caller;
use crate::organisations::Actor;
use crate::state::AppState;

/// Invitations to an organisation
///
/// Those that have not been answered; for owners and admins.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/invitations", tag = "organisations",
    params(("organisation" = Uuid, Path, description = "The organisation")),
    responses(
        (status = OK, description = "The invitations", body = MemberInvitations),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation, or the caller is not in it", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(organisation): Path<Uuid>,
) -> Result<Json<MemberInvitations>, Problem> {
    let actor = Actor::of(&principal, &caller);
    let invitations = state.organisations.invitations(organisation, actor).await?;
    Ok(Json(MemberInvitations { invitations }))
}

/// Invite to an organisation
///
/// Sends an invitation; an earlier one to the same address is taken back. For owners and admins, as far as the plan has room.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/invitations", tag = "organisations", request_body = InviteMember,
    params(("organisation" = Uuid, Path, description = "The organisation")),
    responses(
        (status = CREATED, description = "Invited", body = MemberInvitation),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = PAYMENT_REQUIRED, description = "The plan has no room for another member", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation, or the caller is not in it", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The person is a member already", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Not an address", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn invite(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(organisation): Path<Uuid>,
    Json(body): Json<InviteMember>,
) -> Result<(StatusCode, Json<MemberInvitation>), Problem> {
    let actor = Actor::of(&principal, &caller);
    let sent = state.organisations.invite(organisation, &body.email, body.role, actor).await?;
    Ok((StatusCode::CREATED, Json(sent)))
}

/// Take an invitation to an organisation back
///
/// Its link stops being good; for owners and admins.
#[utoipa::path(
    delete, path = "/api/v1/organisations/{organisation}/invitations/{invitation}", tag = "organisations",
    params(
        ("organisation" = Uuid, Path, description = "The organisation"),
        ("invitation" = Uuid, Path, description = "The invitation"),
    ),
    responses(
        (status = NO_CONTENT, description = "Taken back"),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation or invitation", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn withdraw(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path((organisation, invitation)): Path<(Uuid, Uuid)>,
) -> Result<StatusCode, Problem> {
    let actor = Actor::of(&principal, &caller);
    state.organisations.withdraw(organisation, invitation, actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
