//! `/oauth2/authorize`.

use api::gateway::AuthorizeQuery;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use time::OffsetDateTime;

use super::form::FormParams;
use super::{page, person};
use crate::domain::audit::Caller;
use crate::domain::oauth::params::Params;
use crate::error::{AuthorizeError, OauthError};
use crate::oauth::{Answer, Outcome};
use crate::state::AppState;

/// Authorize
///
/// Where a client sends a person to sign in (RFC 6749, OpenID Connect Core). PKCE with S256 is
/// required of every client. Answers a redirect: to the client with a code or an error, or to a
/// page where the person signs in or agrees.
#[utoipa::path(
    get, path = "/oauth2/authorize", tag = "oauth", params(AuthorizeQuery),
    responses(
        (status = OK, description = "A page that posts the answer to the client, where it asked for `form_post`", body = String, content_type = "text/html"),
        (status = SEE_OTHER, description = "To the client, or to a page of ours"),
        (status = BAD_REQUEST, description = "A page: the client or its redirect URI is not registered", body = String, content_type = "text/html"),
        (status = SERVICE_UNAVAILABLE, description = "A page: something failed", body = String, content_type = "text/html"),
    ),
)]
pub(crate) async fn begin(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, AuthorizeError> {
    let params =
        Params::parse(query.unwrap_or_default().as_bytes()).map_err(AuthorizeError::Parameters)?;
    let person = person::present(&state, &headers).await.map_err(AuthorizeError::Session)?;
    let now = OffsetDateTime::now_utc();
    let outcome = state.oauth.authorize(&params, person.as_ref(), &caller, now).await?;
    Ok(match outcome {
        Outcome::Page(url) | Outcome::Answer(Answer::Redirect(url)) => see_other(&url),
        Outcome::Answer(Answer::Form { action, fields }) => page::post(&action, &fields),
    })
}

/// Authorize with a form
///
/// The same with the parameters in a form. The browser is sent on with GET, because it sends the
/// cookie of its session with that.
#[utoipa::path(
    post, path = "/oauth2/authorize", tag = "oauth",
    request_body(content = AuthorizeQuery, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = SEE_OTHER, description = "To the same endpoint with GET"),
        (status = BAD_REQUEST, description = "The form cannot be read", body = api::gateway::OauthErrorBody),
    ),
)]
pub(crate) async fn begin_with_form(
    FormParams(params): FormParams,
) -> Result<Response, OauthError> {
    Ok(see_other(&format!("/oauth2/authorize?{}", params.encoded())))
}

/// A redirect that is followed with GET and that no cache keeps.
pub(super) fn see_other(url: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(url) else {
        return AuthorizeError::BadRedirect.into_response();
    };
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}
