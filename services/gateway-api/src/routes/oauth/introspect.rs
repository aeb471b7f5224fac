//! `/oauth2/introspect`.

use api::gateway::{ClientKind, Introspection, OauthErrorBody, TokenQuestion};
use axum::extract::State;
use axum::response::Response;
use time::OffsetDateTime;

use super::client_auth::ClientForm;
use super::token::unstored;
use crate::error::OauthError;
use crate::state::AppState;

/// Introspect
///
/// What a token says and whether it is good now (RFC 7662). For confidential clients.
#[utoipa::path(
    post, path = "/oauth2/introspect", tag = "oauth",
    request_body(content = TokenQuestion, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = OK, description = "What the token says", body = Introspection),
        (status = BAD_REQUEST, description = "Refused, with a code of the RFCs", body = OauthErrorBody),
        (status = UNAUTHORIZED, description = "Not a client, or not its secret", body = OauthErrorBody),
        (status = TOO_MANY_REQUESTS, description = "More requests than this client may make", body = OauthErrorBody),
        (status = SERVICE_UNAVAILABLE, description = "The database does not answer", body = OauthErrorBody),
    ),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    ClientForm { client, params }: ClientForm,
) -> Result<Response, OauthError> {
    if client.kind != ClientKind::Confidential {
        return Err(OauthError::InvalidClient);
    }
    let token =
        params.get("token").ok_or_else(|| OauthError::invalid_request("`token` is missing"))?;
    let now = OffsetDateTime::now_utc();
    Ok(unstored(state.oauth.introspect(&client, token, now).await?))
}
