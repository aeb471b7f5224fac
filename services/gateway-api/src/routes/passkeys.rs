//! `/api/v1/me/passkeys`: one's passkeys, and `/api/v1/session/passkey`: signing in with one.

use api::gateway::{
    Passkey, PasskeyCeremony, PasskeyChallenge, PasskeyList, PasskeyProof, RegisterPasskey,
    RegisteredPasskey, RenamePasskey, SessionTokens,
};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chassis::extract::{Json, Path};
use chassis::{Principal, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use super::current_session::CurrentSession;
use super::session::{signed_in, unstored};
use super::stepped_up::SteppedUp;
use crate::domain::audit::Caller;
use crate::state::AppState;

/// My passkeys
#[utoipa::path(
    get, path = "/api/v1/me/passkeys", tag = "factors",
    responses((status = OK, description = "The passkeys", body = PasskeyList)),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    principal: Principal,
) -> Result<Json<PasskeyList>, Problem> {
    Ok(Json(state.sessions.passkeys_of(principal.subject).await?))
}

/// Begin to register a passkey
///
/// Needs a fresh proof of who one is.
#[utoipa::path(
    post, path = "/api/v1/me/passkeys/start", tag = "factors",
    responses(
        (status = OK, description = "What the browser is asked", body = PasskeyCeremony),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "There are too many", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Passkeys cannot be used now", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn begin(
    State(state): State<AppState>,
    SteppedUp(current): SteppedUp,
) -> Result<Response, Problem> {
    Ok(unstored(state.sessions.begin_passkey(&current.open).await?))
}

/// Register a passkey
///
/// The answer holds recovery codes, shown once, when the account has none.
#[utoipa::path(
    post, path = "/api/v1/me/passkeys/finish", tag = "factors", request_body = RegisterPasskey,
    responses(
        (status = OK, description = "Registered", body = RegisteredPasskey),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, not lately, or the ceremony is over", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The passkey is registered already, or there are too many", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The passkey or its name cannot be used", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Passkeys cannot be used now", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn register(
    State(state): State<AppState>,
    SteppedUp(current): SteppedUp,
    caller: Caller,
    Json(body): Json<RegisterPasskey>,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    let CurrentSession { session, open, .. } = &current;
    Ok(unstored(state.sessions.register_passkey(*session, open, &body, &caller, now).await?))
}

/// Rename a passkey
#[utoipa::path(
    patch, path = "/api/v1/me/passkeys/{id}", tag = "factors", request_body = RenamePasskey,
    params(("id" = Uuid, Path, description = "The passkey")),
    responses(
        (status = OK, description = "Renamed", body = Passkey),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "The account has no such passkey", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The name is empty or too long", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn rename(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<RenamePasskey>,
) -> Result<Json<Passkey>, Problem> {
    let now = OffsetDateTime::now_utc();
    let renamed = state.sessions.rename_passkey(principal.subject, id, &body.name, &caller, now);
    Ok(Json(renamed.await?))
}

/// Remove a passkey
///
/// Needs a fresh proof of who one is.
#[utoipa::path(
    delete, path = "/api/v1/me/passkeys/{id}", tag = "factors",
    params(("id" = Uuid, Path, description = "The passkey")),
    responses(
        (status = NO_CONTENT, description = "Removed"),
        (status = BAD_REQUEST, description = "The path cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "The account has no such passkey", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn remove(
    State(state): State<AppState>,
    SteppedUp(current): SteppedUp,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let now = OffsetDateTime::now_utc();
    state.sessions.remove_passkey(current.open.user.id, id, &caller, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begin to sign in with a passkey
#[utoipa::path(
    post, path = "/api/v1/session/passkey/start", tag = "session",
    responses(
        (status = OK, description = "What the browser is asked", body = PasskeyCeremony),
        (status = TOO_MANY_REQUESTS, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Passkeys cannot be used now", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn begin_sign_in(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Response, Problem> {
    Ok(unstored(state.sessions.begin_sign_in(&caller).await?))
}

/// Sign in with a passkey
///
/// A passkey that has verified its user is two factors.
#[utoipa::path(
    post, path = "/api/v1/session/passkey/finish", tag = "session", request_body = PasskeyProof,
    responses(
        (status = OK, description = "Signed in", body = SessionTokens),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "The passkey is not accepted", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Passkeys cannot be used now", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<PasskeyProof>,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    let sessions = &state.sessions;
    let done = sessions.sign_in_with_passkey(&body, &caller, now).await?;
    Ok(signed_in(&state, done, &headers, now))
}

/// Begin to answer a challenge with a passkey
#[utoipa::path(
    post, path = "/api/v1/session/second-factor/passkey", tag = "session", request_body = PasskeyChallenge,
    responses(
        (status = OK, description = "What the browser is asked", body = PasskeyCeremony),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "The challenge is no longer good", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "The account has no passkey", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Passkeys cannot be used now", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn begin_answer(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<PasskeyChallenge>,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    Ok(unstored(state.sessions.begin_answer(&body.challenge, &caller, now).await?))
}

/// Begin to prove again who you are with a passkey
#[utoipa::path(
    post, path = "/api/v1/session/step-up/passkey", tag = "session",
    responses(
        (status = OK, description = "What the browser is asked", body = PasskeyCeremony),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "Another site's page sent the cookie, or the token is not for one's own account", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "The account has no passkey", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Passkeys cannot be used now", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn begin_step_up(
    State(state): State<AppState>,
    current: CurrentSession,
) -> Result<Response, Problem> {
    let CurrentSession { session, open, .. } = &current;
    Ok(unstored(state.sessions.begin_step_up(*session, open).await?))
}
