//! `/oauth2/device_authorization`, and the pages where a person agrees to a device.

use api::gateway::{
    DeviceAuthorization, DeviceAuthorizationRequest, DeviceCodeEntry, DeviceDecision,
    DeviceRequest, OauthErrorBody,
};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chassis::Problem;
use chassis::extract::Json;
use time::OffsetDateTime;

use super::client_auth::ClientForm;
use super::token::unstored;
use crate::domain::audit::Caller;
use crate::error::OauthError;
use crate::routes::browser_session::BrowserSession;
use crate::state::AppState;

/// Authorize a device
///
/// Codes for a device without a keyboard: it shows one, and asks `/oauth2/token` with the other
/// until the person has agreed (RFC 8628).
#[utoipa::path(
    post, path = "/oauth2/device_authorization", tag = "oauth",
    request_body(content = DeviceAuthorizationRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = OK, description = "The codes", body = DeviceAuthorization),
        (status = BAD_REQUEST, description = "Refused, with a code of the RFCs", body = OauthErrorBody),
        (status = UNAUTHORIZED, description = "Not a client, or not its secret", body = OauthErrorBody),
        (status = TOO_MANY_REQUESTS, description = "No code is free, or too many requests", body = OauthErrorBody),
        (status = SERVICE_UNAVAILABLE, description = "The database does not answer", body = OauthErrorBody),
    ),
)]
pub(crate) async fn authorize(
    State(state): State<AppState>,
    ClientForm { client, params }: ClientForm,
) -> Result<Response, OauthError> {
    let now = OffsetDateTime::now_utc();
    Ok(unstored(state.oauth.authorize_device(&client, &params, now).await?))
}

/// Look at a device
///
/// What the device that shows this code asks for. For the signed-in browser.
#[utoipa::path(
    post, path = "/api/v1/interaction/device", tag = "interaction", request_body = DeviceCodeEntry,
    responses(
        (status = OK, description = "What the device asks for", body = DeviceRequest),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "Sent by another site", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No device waits with this code", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "The body is not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many codes tried", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn look(
    State(state): State<AppState>,
    browser: BrowserSession,
    caller: Caller,
    Json(body): Json<DeviceCodeEntry>,
) -> Result<Json<DeviceRequest>, Problem> {
    let (person, now) = (browser.into(), OffsetDateTime::now_utc());
    Ok(Json(state.oauth.device_request(&body.user_code, &person, &caller, now).await?))
}

/// Decide on a device
///
/// Lets the device that shows this code act for the signed-in person, or not.
#[utoipa::path(
    post, path = "/api/v1/interaction/device/decision", tag = "interaction", request_body = DeviceDecision,
    responses(
        (status = NO_CONTENT, description = "Decided; the device learns of it when it asks next"),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "Sent by another site", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No device waits with this code", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "The body is not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many codes tried", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn decide(
    State(state): State<AppState>,
    browser: BrowserSession,
    caller: Caller,
    Json(body): Json<DeviceDecision>,
) -> Result<StatusCode, Problem> {
    let (person, now) = (browser.into(), OffsetDateTime::now_utc());
    state.oauth.decide_device(&body.user_code, body.decision, &person, &caller, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
