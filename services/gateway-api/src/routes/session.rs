//! `/api/v1/session`: the caller's own session.

use api::gateway::{Refresh, RefreshedTokens, Session, SessionTokens, SignIn};
use api::problem::Problem as ProblemBody;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::Problem;
use chassis::extract::Json;
use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::browser_session::BrowserSession;
use super::current_session::CurrentSession;
use crate::browser::Browser;
use crate::domain::account::Email;
use crate::domain::audit::Caller;
use crate::error::SessionError;
use crate::sessions::SignedIn;
use crate::state::AppState;

/// Sign in
///
/// Opens a session with e-mail and password. An account with a second factor is answered
/// `second-factor-required` with a `challenge` and the `methods` that can answer it.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "session", request_body = SignIn,
    responses(
        (status = OK, description = "Signed in", body = SessionTokens),
        (status = UNAUTHORIZED, description = "E-mail or password is wrong, or a second factor is needed", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Too many people are signing in", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    let email = Email::parse(&body.email).ok_or(SessionError::WrongCredentials)?;
    let device = state.browser.device(&headers, &email, now);
    let done = state.sessions.sign_in(email, &body.password, device, &caller, now).await?;
    Ok(signed_in(&state, done, &headers, now))
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

/// Hands out the tokens, and the cookies that let the browser of a person stay signed in and be
/// known the next time.
pub(super) fn signed_in(
    state: &AppState,
    done: SignedIn,
    headers: &HeaderMap,
    now: OffsetDateTime,
) -> Response {
    let browser = &state.browser;
    let lifetime = state.sessions.lifetimes.cookie();
    let session = browser.keep_session(done.tokens.session_id, lifetime);
    let device = browser.device(headers, &done.email, now).unwrap_or_else(Uuid::now_v7);
    let device = browser.keep_device(device, &done.email, now);
    let mut response = unstored(done.tokens);
    set_cookie(&mut response, session);
    set_cookie(&mut response, device);
    response
}

fn set_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Tokens must not stay in any cache (RFC 6749, 5.1).
pub(super) fn unstored(tokens: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(tokens)).into_response()
}
