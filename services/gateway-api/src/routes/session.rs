//! `/api/v1/session`: the caller's own session, and `/api/v1/sessions`: all of them.

use api::gateway::{Refresh, Session, SessionTokens, SessionsRevoked, SignIn};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::extract::Json;
use chassis::{Principal, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::db;
use crate::domain::audit::Caller;
use crate::error::SessionError;
use crate::state::AppState;

/// Sign in
///
/// Opens a session with e-mail and password.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "session", request_body = SignIn,
    responses(
        (status = OK, description = "Signed in", body = SessionTokens),
        (status = UNAUTHORIZED, description = "E-mail or password is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Too many people are signing in", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<SignIn>,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    let tokens = state.sessions.sign_in(&body.email, &body.password, &caller, now).await?;
    Ok(unstored(tokens))
}

/// Refresh
///
/// Exchanges a refresh token, which works once, for new tokens.
#[utoipa::path(
    post, path = "/api/v1/session/refresh", tag = "session", request_body = Refresh,
    responses(
        (status = OK, description = "Refreshed", body = SessionTokens),
        (status = UNAUTHORIZED, description = "The refresh token is not good", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn refresh(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<Refresh>,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    let tokens = state.sessions.refresh(&body.refresh_token, &caller, now).await?;
    Ok(unstored(tokens))
}

/// Who am I
///
/// The session and user of the access token.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "session",
    responses(
        (status = OK, description = "Signed in", body = Session),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    principal: Principal,
) -> Result<Json<Session>, Problem> {
    let id = session_of(&principal)?;
    let open = db::sessions::find_open(&state.database, id, OffsetDateTime::now_utc())
        .await
        .map_err(SessionError::from)?
        .ok_or(SessionError::Ended)?;
    Ok(Json(Session {
        id,
        user: open.user,
        scopes: principal.scopes.into_iter().collect(),
        created_at: open.created_at,
        expires_at: open.expires_at,
    }))
}

/// Sign out
///
/// Ends this session; its tokens are refused by every service within a second.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "session",
    responses(
        (status = NO_CONTENT, description = "Signed out"),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let session = session_of(&principal)?;
    let now = OffsetDateTime::now_utc();
    state.sessions.sign_out(session, principal.subject, &caller, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out everywhere
///
/// Ends every session of the signed-in user, this one too.
#[utoipa::path(
    delete, path = "/api/v1/sessions", tag = "session",
    responses(
        (status = OK, description = "Signed out everywhere", body = SessionsRevoked),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn sign_out_everywhere(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
) -> Result<Json<SessionsRevoked>, Problem> {
    let now = OffsetDateTime::now_utc();
    let revoked = state.sessions.sign_out_everywhere(principal.subject, &caller, now).await?;
    Ok(Json(SessionsRevoked { revoked }))
}

fn session_of(principal: &Principal) -> Result<Uuid, SessionError> {
    principal.session.ok_or(SessionError::Ended)
}

/// Tokens must not stay in any cache (RFC 6749, 5.1).
fn unstored(tokens: SessionTokens) -> Response {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(tokens)).into_response()
}
