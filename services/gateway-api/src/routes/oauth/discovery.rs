//! What programs find out by themselves: OpenID Connect Discovery 1.0 and RFC 8414.

use api::gateway::{GrantType, ServerMetadata, SigningAlgorithm, UserRole};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chassis::extract::Json;

use crate::domain::account;
use crate::state::AppState;

/// OpenID configuration
///
/// Where the endpoints are and what they can do (OpenID Connect Discovery).
#[utoipa::path(
    get, path = "/.well-known/openid-configuration", tag = "oauth",
    responses((status = OK, description = "The configuration", body = ServerMetadata)),
)]
pub(crate) async fn openid(State(state): State<AppState>) -> Response {
    published(&state)
}

/// Authorization server metadata
///
/// The same for clients that know OAuth only (RFC 8414).
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server", tag = "oauth",
    responses((status = OK, description = "The metadata", body = ServerMetadata)),
)]
pub(crate) async fn oauth(State(state): State<AppState>) -> Response {
    published(&state)
}

fn published(state: &AppState) -> Response {
    let cache = HeaderValue::from_static("public, max-age=300");
    ([(header::CACHE_CONTROL, cache)], Json(metadata(&state.oauth.issuer))).into_response()
}

fn metadata(issuer: &str) -> ServerMetadata {
    let at = |path: &str| format!("{issuer}{path}");
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let standard = ["openid", "profile", "email", "offline_access"];
    let role = account::scopes(UserRole::Admin);
    ServerMetadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: at("/oauth2/authorize"),
        token_endpoint: at("/oauth2/token"),
        userinfo_endpoint: at("/oauth2/userinfo"),
        jwks_uri: at("/.well-known/jwks.json"),
        introspection_endpoint: at("/oauth2/introspect"),
        revocation_endpoint: at("/oauth2/revoke"),
        device_authorization_endpoint: at("/oauth2/device_authorization"),
        end_session_endpoint: at("/oauth2/logout"),
        scopes_supported: list(&[&standard, role].concat()),
        response_types_supported: list(&["code"]),
        response_modes_supported: list(&["query", "form_post"]),
        grant_types_supported: GrantType::ALL.map(|grant| grant.name().to_owned()).to_vec(),
        subject_types_supported: list(&["public"]),
        id_token_signing_alg_values_supported: list(&[
            SigningAlgorithm::Rs256.name(),
            SigningAlgorithm::EdDsa.name(),
        ]),
        token_endpoint_auth_methods_supported: list(&[
            "client_secret_basic",
            "client_secret_post",
            "none",
        ]),
        code_challenge_methods_supported: list(&["S256"]),
        prompt_values_supported: list(&["none", "login", "consent", "select_account"]),
        acr_values_supported: list(&["urn:nexus:aal1", "urn:nexus:aal2"]),
        claims_supported: list(&[
            "sub",
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "acr",
            "amr",
            "nonce",
            "at_hash",
            "sid",
            "name",
            "preferred_username",
            "email",
            "email_verified",
        ]),
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        authorization_response_iss_parameter_supported: true,
    }
}
