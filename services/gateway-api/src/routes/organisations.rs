//! `/api/v1/organisations`: organisations and their members.

use api::gateway::{MemberChange, Members, Organisation, OrganisationName, Organisations};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use chassis::extract::{Json, Path};
use chassis::revision::{IfMatch, etag};
use chassis::{Principal, Problem};
use uuid::Uuid;

use crate::domain::audit::Caller;
use crate::organisations::Actor;
use crate::state::AppState;

/// Organisations
///
/// The organisations that the caller belongs to; every one for administrators of the platform.
#[utoipa::path(
    get, path = "/api/v1/organisations", tag = "organisations",
    responses(
        (status = OK, description = "The organisations", body = Organisations),
    ),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
) -> Result<Json<Organisations>, Problem> {
    let organisations = state.organisations.list(Actor::of(&principal, &caller)).await?;
    Ok(Json(Organisations { organisations }))
}

/// Create an organisation
///
/// The caller becomes its owner.
#[utoipa::path(
    post, path = "/api/v1/organisations", tag = "organisations", request_body = OrganisationName,
    responses(
        (status = CREATED, description = "Created", body = Organisation, headers(("etag" = String, description = "Revision"))),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Not a name", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Json(body): Json<OrganisationName>,
) -> Result<impl IntoResponse, Problem> {
    let actor = Actor::of(&principal, &caller);
    let made = state.organisations.create(&body.name, actor).await?;
    Ok((StatusCode::CREATED, tagged(made)))
}

/// Organisation
///
/// One organisation, with the entity tag that edits must name.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}", tag = "organisations",
    params(("organisation" = Uuid, Path, description = "The organisation")),
    responses(
        (status = OK, description = "The organisation", body = Organisation, headers(("etag" = String, description = "Revision"))),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation, or the caller is not in it", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(organisation): Path<Uuid>,
) -> Result<impl IntoResponse, Problem> {
    let actor = Actor::of(&principal, &caller);
    Ok(tagged(state.organisations.show(organisation, actor).await?))
}

/// Rename an organisation
///
/// For its owners and admins.
#[utoipa::path(
    patch, path = "/api/v1/organisations/{organisation}", tag = "organisations", request_body = OrganisationName,
    params(
        ("organisation" = Uuid, Path, description = "The organisation"),
        ("if-match" = String, Header, description = "Entity tag of the state that was edited"),
    ),
    responses(
        (status = OK, description = "Renamed", body = Organisation, headers(("etag" = String, description = "Revision"))),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation, or the caller is not in it", body = ProblemBody, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "Somebody edited it meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Not a name", body = ProblemBody, content_type = "application/problem+json"),
        (status = PRECONDITION_REQUIRED, description = "No `if-match` was sent", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn rename(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(organisation): Path<Uuid>,
    IfMatch(revision): IfMatch,
    Json(body): Json<OrganisationName>,
) -> Result<impl IntoResponse, Problem> {
    let actor = Actor::of(&principal, &caller);
    let renamed = state.organisations.rename(organisation, &body.name, revision, actor).await?;
    Ok(tagged(renamed))
}

/// Delete an organisation
///
/// For its owners. Its teams and open invitations go with it; its members keep their accounts.
#[utoipa::path(
    delete, path = "/api/v1/organisations/{organisation}", tag = "organisations",
    params(("organisation" = Uuid, Path, description = "The organisation")),
    responses(
        (status = NO_CONTENT, description = "Deleted"),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation, or the caller is not in it", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn remove(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(organisation): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    state.organisations.remove(organisation, Actor::of(&principal, &caller)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Members
///
/// Everybody who belongs to the organisation.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/members", tag = "organisations",
    params(("organisation" = Uuid, Path, description = "The organisation")),
    responses(
        (status = OK, description = "The members", body = Members),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation, or the caller is not in it", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn members(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(organisation): Path<Uuid>,
) -> Result<Json<Members>, Problem> {
    let actor = Actor::of(&principal, &caller);
    let members = state.organisations.members(organisation, actor).await?;
    Ok(Json(Members { members }))
}

/// Change a member's role
///
/// For owners and admins; only owners make and unmake owners.
#[utoipa::path(
    patch, path = "/api/v1/organisations/{organisation}/members/{user}", tag = "organisations", request_body = MemberChange,
    params(
        ("organisation" = Uuid, Path, description = "The organisation"),
        ("user" = Uuid, Path, description = "The member"),
    ),
    responses(
        (status = NO_CONTENT, description = "Changed"),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation or member", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It is the last owner", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_role(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path((organisation, user)): Path<(Uuid, Uuid)>,
    Json(body): Json<MemberChange>,
) -> Result<StatusCode, Problem> {
    let actor = Actor::of(&principal, &caller);
    state.organisations.set_role(organisation, user, body.role, actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a member, or leave
///
/// Owners and admins remove others; everybody may leave.
#[utoipa::path(
    delete, path = "/api/v1/organisations/{organisation}/members/{user}", tag = "organisations",
    params(
        ("organisation" = Uuid, Path, description = "The organisation"),
        ("user" = Uuid, Path, description = "The member"),
    ),
    responses(
        (status = NO_CONTENT, description = "Removed"),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation or member", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It is the last owner", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn remove_member(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path((organisation, user)): Path<(Uuid, Uuid)>,
) -> Result<StatusCode, Problem> {
    let actor = Actor::of(&principal, &caller);
    state.organisations.remove_member(organisation, user, actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn tagged(organisation: Organisation) -> impl IntoResponse {
    ([etag(organisation.revision.into())], Json(organisation))
}
