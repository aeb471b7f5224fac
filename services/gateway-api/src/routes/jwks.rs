//! `/.well-known/jwks.json`: the keys that verify tokens.

use api::gateway::JwkSet;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use chassis::extract::Json;
use time::OffsetDateTime;

use crate::state::AppState;

/// Signing keys
///
/// The public keys that verify access tokens and id tokens (RFC 7517).
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "keys",
    responses((status = OK, description = "The keys", body = JwkSet)),
)]
pub(crate) async fn show(State(state): State<AppState>) -> impl IntoResponse {
    let cache = HeaderValue::from_static("public, max-age=60");
    ([(header::CACHE_CONTROL, cache)], Json(state.signing.published(OffsetDateTime::now_utc())))
}
