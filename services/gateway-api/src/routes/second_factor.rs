//! `/api/v1/session/second-factor` and `/api/v1/session/step-up`: proofs besides the password.

use api::gateway::{SecondFactor, SessionTokens, StepUp};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chassis::Problem;
use chassis::extract::Json;
use chassis::problem::codes::MALFORMED_BODY;
use time::OffsetDateTime;

use super::current_session::CurrentSession;
use super::session::signed_in;
use crate::domain::audit::Caller;
use crate::state::AppState;

/// Finish signing in
///
/// Answers the challenge that came with `second-factor-required`, once, within five minutes.
#[utoipa::path(
    post, path = "/api/v1/session/second-factor", tag = "session", request_body = SecondFactor,
    responses(
        (status = OK, description = "Signed in", body = SessionTokens),
        (status = BAD_REQUEST, description = "The body cannot be read or holds no proof, or two", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "The proof is wrong, or the challenge is no longer good", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Passkeys cannot be used now", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn answer(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<SecondFactor>,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    let sessions = &state.sessions;
    let done = match (&body.code, &body.passkey) {
        (Some(code), None) => sessions.answer(&body.challenge, code, &caller, now).await?,
        (None, Some(passkey)) => {
            sessions.answer_with_passkey(&body.challenge, passkey, &caller, now).await?
        }
        _ => return Err(Problem::new(&MALFORMED_BODY, "give one proof: `code` or `passkey`")),
    };
    Ok(signed_in(&state, done, &headers, now))
}

/// Prove again who you are
///
/// Renews `auth_time` and `acr` of the session. New access tokens say so.
#[utoipa::path(
    post, path = "/api/v1/session/step-up", tag = "session", request_body = StepUp,
    responses(
        (status = NO_CONTENT, description = "Proven"),
        (status = BAD_REQUEST, description = "The body cannot be read or holds no proof, or two", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, or the proof is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "Another site's page sent the cookie, or the token is not for one's own account", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The password alone is not enough", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Too many passwords are being checked, or passkeys cannot be used now", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn step_up(
    State(state): State<AppState>,
    current: CurrentSession,
    caller: Caller,
    Json(body): Json<StepUp>,
) -> Result<StatusCode, Problem> {
    let now = OffsetDateTime::now_utc();
    let CurrentSession { session, open, .. } = &current;
    let sessions = &state.sessions;
    match (&body.password, &body.code, &body.passkey) {
        (Some(password), None, None) => {
            sessions.step_up_with_password(*session, open, password, &caller, now).await?;
        }
        (None, Some(code), None) => {
            sessions.step_up_with_code(*session, open, code, &caller, now).await?;
        }
        (None, None, Some(passkey)) => {
            sessions.step_up_with_passkey(*session, open, passkey, &caller, now).await?;
        }
        _ => {
            let text = "give one proof: `password`, `code` or `passkey`";
            return Err(Problem::new(&MALFORMED_BODY, text));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
