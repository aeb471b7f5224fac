//! `/oauth2/logout`.

use api::gateway::SignOutQuery;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use time::OffsetDateTime;

use super::authorize::see_other;
use super::form::FormParams;
use super::{page, person};
use crate::browser::Browser;
use crate::domain::audit::Caller;
use crate::domain::oauth::params::Params;
use crate::error::{AuthorizeError, OauthError};
use crate::oauth::SignOut;
use crate::state::AppState;

/// What is kept for the answer to the confirmation page.
const CARRIED: [&str; 4] = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];

/// Sign out
///
/// Where a client sends a person to sign out (OpenID Connect RP-Initiated Logout). Without an id
/// token of the browser's session the person is asked first.
#[utoipa::path(
    get, path = "/oauth2/logout", tag = "oauth", params(SignOutQuery),
    responses(
        (status = OK, description = "A page: signed out, or the question whether to", body = String, content_type = "text/html"),
        (status = SEE_OTHER, description = "Signed out; to the client"),
        (status = BAD_REQUEST, description = "A page: what is asked cannot be trusted", body = String, content_type = "text/html"),
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
    sign_out(&state, &params, false, &caller, &headers).await
}

/// Sign out with a form
///
/// The same with the parameters in a form; with `confirmed=yes` the answer of the person, which
/// only our own page can give.
#[utoipa::path(
    post, path = "/oauth2/logout", tag = "oauth",
    request_body(content = SignOutQuery, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = OK, description = "A page: signed out, or the question whether to", body = String, content_type = "text/html"),
        (status = SEE_OTHER, description = "Signed out; to the client"),
        (status = BAD_REQUEST, description = "What is asked cannot be read or trusted", body = String, content_type = "text/html"),
        (status = SERVICE_UNAVAILABLE, description = "A page: something failed", body = String, content_type = "text/html"),
    ),
)]
pub(crate) async fn begin_with_form(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    form: Result<FormParams, OauthError>,
) -> Result<Response, AuthorizeError> {
    let FormParams(params) = form.map_err(|_| AuthorizeError::Unreadable)?;
    let confirmed = params.get("confirmed").is_some();
    if confirmed && !state.browser.is_same_origin(&headers) {
        return Err(AuthorizeError::CrossSite);
    }
    sign_out(&state, &params, confirmed, &caller, &headers).await
}

async fn sign_out(
    state: &AppState,
    params: &Params,
    confirmed: bool,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<Response, AuthorizeError> {
    let present = person::present(state, headers).await.map_err(AuthorizeError::Session)?;
    let session = present.map(|person| (person.session, person.user.id));
    let now = OffsetDateTime::now_utc();
    let mut response = match state.oauth.sign_out(params, session, confirmed, caller, now).await? {
        SignOut::Ask => {
            let fields: Vec<_> =
                CARRIED.iter().filter_map(|name| Some((*name, params.get(name)?))).collect();
            return Ok(page::ask_sign_out(&fields));
        }
        SignOut::Done(Some(url)) => see_other(&url),
        SignOut::Done(None) => page::signed_out(),
    };
    if let Some(cookie) = Browser::forget_session() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
