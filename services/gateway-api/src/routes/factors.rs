//! `/api/v1/me/factors`, `/totp`, `/recovery-codes` and `/password`: how one signs in.

use api::gateway::{ChangePassword, ConfirmTotp, Factors, RecoveryCodes, TotpEnrolment};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chassis::extract::Json;
use chassis::{Principal, Problem};
use time::OffsetDateTime;

use super::session::unstored;
use super::stepped_up::SteppedUp;
use crate::domain::audit::Caller;
use crate::state::AppState;

/// My factors
///
/// What the account has besides its password.
#[utoipa::path(
    get, path = "/api/v1/me/factors", tag = "factors",
    responses((status = OK, description = "The factors", body = Factors)),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    principal: Principal,
) -> Result<Json<Factors>, Problem> {
    Ok(Json(state.sessions.factors_of(principal.subject).await?))
}

/// Set up an authenticator app
///
/// Makes its secret, which is shown once and counts from the first code on. Needs a fresh proof of
/// who one is.
#[utoipa::path(
    post, path = "/api/v1/me/totp", tag = "factors",
    responses(
        (status = OK, description = "The secret", body = TotpEnrolment),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "There is an app already", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn enrol_totp(
    State(state): State<AppState>,
    SteppedUp(current): SteppedUp,
    caller: Caller,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    Ok(unstored(state.sessions.enrol_totp(&current.open, &caller, now).await?))
}

/// Confirm the authenticator app
///
/// Takes its first code; from here on signing in needs one. The answer holds recovery codes, shown
/// once, when the account has none.
#[utoipa::path(
    post, path = "/api/v1/me/totp/confirm", tag = "factors", request_body = ConfirmTotp,
    responses(
        (status = OK, description = "The app is in use", body = RecoveryCodes),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "No app waits for its first code", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The code is another one", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn confirm_totp(
    State(state): State<AppState>,
    SteppedUp(current): SteppedUp,
    caller: Caller,
    Json(body): Json<ConfirmTotp>,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    let sessions = &state.sessions;
    let codes =
        sessions.confirm_totp(current.session, &current.open, &body.code, &caller, now).await?;
    Ok(unstored(codes))
}

/// Remove the authenticator app
///
/// Needs a fresh proof of who one is.
#[utoipa::path(
    delete, path = "/api/v1/me/totp", tag = "factors",
    responses(
        (status = NO_CONTENT, description = "Removed"),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no app", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn remove_totp(
    State(state): State<AppState>,
    SteppedUp(current): SteppedUp,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let now = OffsetDateTime::now_utc();
    state.sessions.remove_totp(current.open.user.id, &caller, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make new recovery codes
///
/// Ten codes, shown once; those before are good no more. Needs a fresh proof of who one is.
#[utoipa::path(
    post, path = "/api/v1/me/recovery-codes", tag = "factors",
    responses(
        (status = OK, description = "The codes", body = RecoveryCodes),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no second factor that they could stand in for", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn renew_recovery_codes(
    State(state): State<AppState>,
    SteppedUp(current): SteppedUp,
    caller: Caller,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    let user = current.open.user.id;
    Ok(unstored(state.sessions.renew_recovery_codes(user, &caller, now).await?))
}

/// Change my password
///
/// Ends the other sessions of the account. Needs a fresh proof of who one is.
#[utoipa::path(
    put, path = "/api/v1/me/password", tag = "factors", request_body = ChangePassword,
    responses(
        (status = NO_CONTENT, description = "Changed"),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, not lately, or the current password is another one", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The new password is too weak", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many attempts", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Too many passwords are being checked", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn change_password(
    State(state): State<AppState>,
    SteppedUp(current): SteppedUp,
    caller: Caller,
    Json(body): Json<ChangePassword>,
) -> Result<StatusCode, Problem> {
    let now = OffsetDateTime::now_utc();
    let passwords = (body.current_password.as_str(), body.new_password.as_str());
    let sessions = &state.sessions;
    sessions.change_password(current.session, &current.open, passwords, &caller, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
