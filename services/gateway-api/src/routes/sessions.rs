//! `/api/v1/sessions`: where one is signed in, and `/api/v1/people/{id}/sessions`: where others are.

use api::gateway::{SessionList, SessionsQuery, SessionsRevoked};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use chassis::extract::{Json, Path, Query};
use chassis::{Principal, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::audit::Caller;
use crate::sessions::Ending;
use crate::state::AppState;

/// My sessions
///
/// Where the account is signed in, the last used first.
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "session",
    responses((status = OK, description = "The open sessions", body = SessionList)),
)]
pub(crate) async fn mine(
    State(state): State<AppState>,
    principal: Principal,
) -> Result<Json<SessionList>, Problem> {
    let now = OffsetDateTime::now_utc();
    let sessions = state.sessions.list(principal.subject, principal.session, now).await?;
    Ok(Json(SessionList { sessions }))
}

/// Sign out everywhere
///
/// Ends every session of the account; this one too, unless `keep_current` says otherwise.
#[utoipa::path(
    delete, path = "/api/v1/sessions", tag = "session", params(SessionsQuery),
    responses(
        (status = OK, description = "Signed out", body = SessionsRevoked),
        (status = BAD_REQUEST, description = "The query cannot be read", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn end_all_mine(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Query(query): Query<SessionsQuery>,
) -> Result<Json<SessionsRevoked>, Problem> {
    let user = principal.subject;
    let keep = principal.session.filter(|_| query.keep_current);
    let ending = Ending { actor: user, user, caller: &caller };
    let revoked = state.sessions.revoke_all(ending, keep, OffsetDateTime::now_utc()).await?;
    Ok(Json(SessionsRevoked { revoked }))
}

/// Sign out elsewhere
///
/// Ends one session of the account.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{id}", tag = "session",
    params(("id" = Uuid, Path, description = "The session")),
    responses(
        (status = NO_CONTENT, description = "Ended"),
        (status = BAD_REQUEST, description = "The path cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "The account has no such open session", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn end_mine(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(session): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let user = principal.subject;
    let ending = Ending { actor: user, user, caller: &caller };
    state.sessions.revoke(ending, session, OffsetDateTime::now_utc()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody's sessions
///
/// Where another person is signed in.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/sessions", tag = "people",
    params(("id" = Uuid, Path, description = "The person")),
    responses(
        (status = OK, description = "The open sessions", body = SessionList),
        (status = BAD_REQUEST, description = "The path cannot be read", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn of_person(
    State(state): State<AppState>,
    principal: Principal,
    Path(user): Path<Uuid>,
) -> Result<Json<SessionList>, Problem> {
    let now = OffsetDateTime::now_utc();
    let sessions = state.sessions.list(user, principal.session, now).await?;
    Ok(Json(SessionList { sessions }))
}

/// Sign somebody out everywhere
///
/// Ends every session of another person.
#[utoipa::path(
    delete, path = "/api/v1/people/{id}/sessions", tag = "people",
    params(("id" = Uuid, Path, description = "The person")),
    responses(
        (status = OK, description = "Signed out", body = SessionsRevoked),
        (status = BAD_REQUEST, description = "The path cannot be read", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn end_all_of_person(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(user): Path<Uuid>,
) -> Result<Json<SessionsRevoked>, Problem> {
    let ending = Ending { actor: principal.subject, user, caller: &caller };
    let revoked = state.sessions.revoke_all(ending, None, OffsetDateTime::now_utc()).await?;
    Ok(Json(SessionsRevoked { revoked }))
}

/// End a session of somebody
///
/// Ends one session of another person.
#[utoipa::path(
    delete, path = "/api/v1/people/{id}/sessions/{session}", tag = "people",
    params(
        ("id" = Uuid, Path, description = "The person"),
        ("session" = Uuid, Path, description = "The session"),
    ),
    responses(
        (status = NO_CONTENT, description = "Ended"),
        (status = BAD_REQUEST, description = "The path cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "The person has no such open session", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn end_of_person(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path((user, session)): Path<(Uuid, Uuid)>,
) -> Result<StatusCode, Problem> {
    let ending = Ending { actor: principal.subject, user, caller: &caller };
    state.sessions.revoke(ending, session, OffsetDateTime::now_utc()).await?;
    Ok(StatusCode::NO_CONTENT)
}
