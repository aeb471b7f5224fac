//! `/oauth2/token`.

use api::gateway::{GrantType, OauthErrorBody, TokenRequest, TokenResponse};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use time::OffsetDateTime;

use super::client_auth::ClientForm;
use crate::domain::audit::Caller;
use crate::error::OauthError;
use crate::state::AppState;

/// Token
///
/// Tokens for an authorization code, a refresh token, a device code, or for the client itself
/// (RFC 6749, RFC 8628). A confidential client sends its id and secret with HTTP Basic or in the
/// form, a public one its id in the form.
#[utoipa::path(
    post, path = "/oauth2/token", tag = "oauth",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = OK, description = "Tokens", body = TokenResponse),
        (status = BAD_REQUEST, description = "Refused, with a code of the RFCs", body = OauthErrorBody),
        (status = UNAUTHORIZED, description = "Not a client, or not its secret", body = OauthErrorBody),
        (status = TOO_MANY_REQUESTS, description = "More requests than this client may make", body = OauthErrorBody),
        (status = SERVICE_UNAVAILABLE, description = "The database does not answer", body = OauthErrorBody),
    ),
)]
pub(crate) async fn issue(
    State(state): State<AppState>,
    caller: Caller,
    ClientForm { client, params }: ClientForm,
) -> Result<Response, OauthError> {
    let name = params
        .get("grant_type")
        .ok_or_else(|| OauthError::invalid_request("`grant_type` is missing"))?;
    let grant_type = GrantType::named(name).ok_or_else(|| {
        OauthError::refused("unsupported_grant_type", "this server has no such grant type")
    })?;
    if !client.may(grant_type) {
        return Err(OauthError::refused(
            "unauthorized_client",
            "this client is not registered for this grant type",
        ));
    }
    let now = OffsetDateTime::now_utc();
    let oauth = &state.oauth;
    let tokens = match grant_type {
        GrantType::AuthorizationCode => oauth.redeem_code(&client, &params, &caller, now).await?,
        GrantType::RefreshToken => oauth.refresh(&client, &params, &caller, now).await?,
        GrantType::ClientCredentials => {
            oauth.client_credentials(&client, &params.list("scope"), now)?
        }
        GrantType::DeviceCode => oauth.redeem_device_code(&client, &params, &caller, now).await?,
    };
    Ok(unstored(tokens))
}

/// Tokens and what is said about them must not stay in any cache (RFC 6749, 5.1).
pub(super) fn unstored<T: Serialize>(body: T) -> Response {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(body)).into_response()
}
