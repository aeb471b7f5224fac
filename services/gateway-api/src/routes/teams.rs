//! `/api/v1/organisations/{organisation}/teams`.

use api::gateway::{Team, TeamName, Teams};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use chassis::extract::{Json, Path};
use chassis::{Principal, Problem};
use uuid::Uuid;

use crate::domain::audit::Caller;
use crate::organisations::Actor;
use crate::state::AppState;

/// Teams
///
/// The teams of an organisation with their members.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/teams", tag = "organisations",
    params(("organisation" = Uuid, Path, description = "The organisation")),
    responses(
        (status = OK, description = "The teams", body = Teams),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation, or the caller is not in it", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(organisation): Path<Uuid>,
) -> Result<Json<Teams>, Problem> {
    let actor = Actor::of(&principal, &caller);
    let teams = state.organisations.teams(organisation, actor).await?;
    Ok(Json(Teams { teams }))
}

/// Create a team
///
/// For owners and admins of the organisation.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/teams", tag = "organisations", request_body = TeamName,
    params(("organisation" = Uuid, Path, description = "The organisation")),
    responses(
        (status = CREATED, description = "Created", body = Team),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation, or the caller is not in it", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "Another team has the name", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Not a name", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(organisation): Path<Uuid>,
    Json(body): Json<TeamName>,
) -> Result<(StatusCode, Json<Team>), Problem> {
    let actor = Actor::of(&principal, &caller);
    let team = state.organisations.create_team(organisation, &body.name, actor).await?;
    Ok((StatusCode::CREATED, Json(team)))
}

/// Rename a team
///
/// For owners and admins of the organisation.
#[utoipa::path(
    patch, path = "/api/v1/organisations/{organisation}/teams/{team}", tag = "organisations", request_body = TeamName,
    params(
        ("organisation" = Uuid, Path, description = "The organisation"),
        ("team" = Uuid, Path, description = "The team"),
    ),
    responses(
        (status = NO_CONTENT, description = "Renamed"),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation or team", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "Another team has the name", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Not a name", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn rename(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path((organisation, team)): Path<(Uuid, Uuid)>,
    Json(body): Json<TeamName>,
) -> Result<StatusCode, Problem> {
    let actor = Actor::of(&principal, &caller);
    state.organisations.rename_team(organisation, team, &body.name, actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a team
///
/// For owners and admins of the organisation; its members stay in the organisation.
#[utoipa::path(
    delete, path = "/api/v1/organisations/{organisation}/teams/{team}", tag = "organisations",
    params(
        ("organisation" = Uuid, Path, description = "The organisation"),
        ("team" = Uuid, Path, description = "The team"),
    ),
    responses(
        (status = NO_CONTENT, description = "Deleted"),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation or team", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn remove(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path((organisation, team)): Path<(Uuid, Uuid)>,
) -> Result<StatusCode, Problem> {
    let actor = Actor::of(&principal, &caller);
    state.organisations.remove_team(organisation, team, actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Put a member into a team
///
/// For owners and admins of the organisation.
#[utoipa::path(
    put, path = "/api/v1/organisations/{organisation}/teams/{team}/members/{user}", tag = "organisations",
    params(
        ("organisation" = Uuid, Path, description = "The organisation"),
        ("team" = Uuid, Path, description = "The team"),
        ("user" = Uuid, Path, description = "The member"),
    ),
    responses(
        (status = NO_CONTENT, description = "Is in the team"),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation, team or member", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn add_member(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(path): Path<(Uuid, Uuid, Uuid)>,
) -> Result<StatusCode, Problem> {
    let actor = Actor::of(&principal, &caller);
    state.organisations.set_in_team(path, true, actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a member out of a team
///
/// For owners and admins of the organisation.
#[utoipa::path(
    delete, path = "/api/v1/organisations/{organisation}/teams/{team}/members/{user}", tag = "organisations",
    params(
        ("organisation" = Uuid, Path, description = "The organisation"),
        ("team" = Uuid, Path, description = "The team"),
        ("user" = Uuid, Path, description = "The member"),
    ),
    responses(
        (status = NO_CONTENT, description = "Is not in the team"),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The role in the organisation does not allow it", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation, team or member", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn remove_member(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(path): Path<(Uuid, Uuid, Uuid)>,
) -> Result<StatusCode, Problem> {
    let actor = Actor::of(&principal, &caller);
    state.organisations.set_in_team(path, false, actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
