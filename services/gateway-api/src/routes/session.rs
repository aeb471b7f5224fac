//! `/api/v1/session`: the caller's own session, and `/api/v1/sessions`: all of them.

use api::gateway::{Refresh, RefreshedTokens, Session, SessionTokens, SessionsRevoked, SignIn};
use api::problem::Problem as ProblemBody;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::extract::Json;
use chassis::{Principal, Problem};
use serde::Serialize;
use time::OffsetDateTime;

use super::browser_session::BrowserSession;
use super::current_session::CurrentSession;
use crate::browser::Browser;
use crate::domain::audit::Caller;
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
    Ok(signed_in(&state, tokens))
}

/// Refresh
///
/// Exchanges a refresh token, which works once, for new tokens. A page of ours sends none and gets
/// an access token for the session of its cookie.
#[utoipa::path(
    post, path = "/api/v1/session/refresh", tag = "session", request_body = Refresh,
    responses(
        (status = OK, description = "Refreshed", body = RefreshedTokens),
        (status = UNAUTHORIZED, description = "The refresh token is not good, or there is no session", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "Another site's page sent the cookie", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn refresh(
    State(state): State<AppState>,
    caller: Caller,
    parts: Parts,
    Json(body): Json<Refresh>,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    if let Some(token) = body.refresh_token {
        let tokens = state.sessions.refresh(&token, &caller, now).await?;
        return Ok(unstored(RefreshedTokens::Session(tokens)));
    }
    let mut parts = parts;
    let browser =
        <BrowserSession as FromRequestParts<AppState>>::from_request_parts(&mut parts, &state)
            .await?;
    let token = state.sessions.access(browser.session, now).await?;
    Ok(unstored(RefreshedTokens::Access(token)))
}

/// Who am I
///
/// The session and user of the access token, or of the cookie of a page of ours.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "session",
    responses(
        (status = OK, description = "Signed in", body = Session),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "The token is not for one's own account", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(current: CurrentSession) -> Json<Session> {
    let CurrentSession { session, open, scopes } = current;
    Json(Session {
        id: session,
        user: open.user,
        scopes,
        created_at: open.created_at,
        auth_time: open.auth_time,
        amr: open.assurance.amr,
        acr: open.assurance.acr,
        expires_at: open.expires_at,
    })
}

/// Sign out
///
/// Ends this session; its tokens are refused by every service within a second. The cookie goes.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "session",
    responses(
        (status = NO_CONTENT, description = "Signed out"),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "Another site's page sent the cookie, or the token is not for one's own account", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    current: CurrentSession,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (session, user) = (current.session, current.open.user.id);
    state.sessions.sign_out(session, user, &caller, OffsetDateTime::now_utc()).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if state.browser.session(&headers) == Some(session) {
        set_cookie(&mut response, Browser::forget_session());
    }
    Ok(response)
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

/// Hands out the tokens, and the cookie that lets the browser of a person stay signed in.
fn signed_in(state: &AppState, tokens: SessionTokens) -> Response {
    let lifetime = state.sessions.lifetimes.cookie();
    let cookie = state.browser.keep_session(tokens.session_id, lifetime);
    let mut response = unstored(tokens);
    set_cookie(&mut response, cookie);
    response
}

fn set_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Tokens must not stay in any cache (RFC 6749, 5.1).
fn unstored(tokens: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(tokens)).into_response()
}
