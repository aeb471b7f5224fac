//! `/oauth2/revoke`.

use api::gateway::{OauthErrorBody, TokenQuestion};
use axum::extract::State;
use axum::http::StatusCode;
use time::OffsetDateTime;

use super::client_auth::ClientForm;
use crate::domain::audit::Caller;
use crate::error::OauthError;
use crate::state::AppState;

/// Revoke
///
/// Ends a token of this client and the grant that it belongs to (RFC 7009). A token that is not
/// good any more is no error.
#[utoipa::path(
    post, path = "/oauth2/revoke", tag = "oauth",
    request_body(content = TokenQuestion, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = OK, description = "The token is not good any more"),
        (status = BAD_REQUEST, description = "Refused, with a code of the RFCs", body = OauthErrorBody),
        (status = UNAUTHORIZED, description = "Not a client, or not its secret", body = OauthErrorBody),
        (status = TOO_MANY_REQUESTS, description = "More requests than this client may make", body = OauthErrorBody),
        (status = SERVICE_UNAVAILABLE, description = "The database does not answer", body = OauthErrorBody),
    ),
)]
pub(crate) async fn end(
    State(state): State<AppState>,
    caller: Caller,
    ClientForm { client, params }: ClientForm,
) -> Result<StatusCode, OauthError> {
    let token =
        params.get("token").ok_or_else(|| OauthError::invalid_request("`token` is missing"))?;
    state.oauth.revoke(&client, token, &caller, OffsetDateTime::now_utc()).await?;
    Ok(StatusCode::OK)
}
