//! `/oauth2/userinfo`.

use api::gateway::{OauthErrorBody, UserInfo};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;

use super::form::FormParams;
use super::token::unstored;
use crate::error::OauthError;
use crate::state::AppState;

/// User info
///
/// Who the access token is about, as far as its scopes let it be seen (OpenID Connect Core, 5.3).
#[utoipa::path(
    get, path = "/oauth2/userinfo", tag = "oauth",
    responses(
        (status = OK, description = "The user", body = UserInfo),
        (status = UNAUTHORIZED, description = "No good access token", body = OauthErrorBody),
        (status = FORBIDDEN, description = "The token does not carry `openid`", body = OauthErrorBody),
        (status = SERVICE_UNAVAILABLE, description = "The database does not answer", body = OauthErrorBody),
    ),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, OauthError> {
    let token = bearer(&headers).ok_or(OauthError::InvalidToken)?;
    Ok(unstored(state.oauth.userinfo(token).await?))
}

/// User info with a form
///
/// The same, with the access token in the header or as `access_token` in a form.
#[utoipa::path(
    post, path = "/oauth2/userinfo", tag = "oauth",
    responses(
        (status = OK, description = "The user", body = UserInfo),
        (status = BAD_REQUEST, description = "The token came twice", body = OauthErrorBody),
        (status = UNAUTHORIZED, description = "No good access token", body = OauthErrorBody),
        (status = FORBIDDEN, description = "The token does not carry `openid`", body = OauthErrorBody),
        (status = SERVICE_UNAVAILABLE, description = "The database does not answer", body = OauthErrorBody),
    ),
)]
pub(crate) async fn show_with_form(
    State(state): State<AppState>,
    headers: HeaderMap,
    form: Result<FormParams, OauthError>,
) -> Result<Response, OauthError> {
    let in_form = form.ok().and_then(|FormParams(params)| params.owned("access_token"));
    let token = match (bearer(&headers), in_form.as_deref()) {
        (Some(_), Some(_)) => {
            return Err(OauthError::invalid_request(
                "send the access token in one place: the header or the form",
            ));
        }
        (Some(token), None) | (None, Some(token)) => token,
        (None, None) => return Err(OauthError::InvalidToken),
    };
    Ok(unstored(state.oauth.userinfo(token).await?))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
