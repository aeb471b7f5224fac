//! OAuth 2.1 and OpenID Connect: what the endpoints answer. Names are those of the RFCs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Query or form of `/oauth2/authorize`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
pub struct AuthorizeQuery {
    /// `code`.
    pub response_type: String,
    /// The client.
    pub client_id: String,
    /// One of the client's registered URIs.
    pub redirect_uri: String,
    /// PKCE: SHA-256 of the code verifier, in base64url.
    pub code_challenge: String,
    /// PKCE: `S256`.
    pub code_challenge_method: String,
    /// What is asked for: scopes separated by single spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// How the answer comes: `query`, or `form_post` for a form that the browser posts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_mode: Option<String>,
    /// Comes back with the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Comes back in the id token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// What the person is to be asked: `none`, `login`, `consent`, `select_account`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Oldest sign-in that is good enough, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
    /// Whom the client expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// An id token of whom the client expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_hint: Option<String>,
    /// How well the person is to be known, best first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr_values: Option<String>,
}

/// Query or form of `/oauth2/logout`.
#[derive(Clone, Default, Serialize, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
pub struct SignOutQuery {
    /// An id token of the session that is to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_hint: Option<String>,
    /// The client, when there is no id token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// One of the client's registered URIs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_logout_redirect_uri: Option<String>,
    /// Comes back with the redirect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// Form of `/oauth2/token`.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct TokenRequest {
    /// What the tokens are for.
    #[schema(example = "authorization_code")]
    pub grant_type: String,
    /// The client, unless it is in the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Its secret, unless it is in the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// The authorization code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The redirect URI that the code was sent to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// PKCE: what the challenge is the hash of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_verifier: Option<String>,
    /// The refresh token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The device code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_code: Option<String>,
    /// Fewer scopes than were granted, or those that a client wants for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Form of `/oauth2/introspect` and `/oauth2/revoke`.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct TokenQuestion {
    /// The token.
    pub token: String,
    /// `access_token` or `refresh_token`; not needed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type_hint: Option<String>,
    /// The client, unless it is in the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Its secret, unless it is in the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
}

/// Form of `/oauth2/device_authorization`.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct DeviceAuthorizationRequest {
    /// The client, unless it is in the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Its secret, unless it is in the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// What is asked for: scopes separated by single spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Where the endpoints are and what they can do (OpenID Connect Discovery, 3; RFC 8414, 2).
#[expect(clippy::struct_excessive_bools, reason = "the names are those of the specifications")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerMetadata {
    /// The platform's public URL: `iss` of every token.
    pub issuer: String,
    /// Where people are sent to sign in.
    pub authorization_endpoint: String,
    /// Where tokens come from.
    pub token_endpoint: String,
    /// Who an access token is about.
    pub userinfo_endpoint: String,
    /// The keys that verify tokens.
    pub jwks_uri: String,
    /// What a token says.
    pub introspection_endpoint: String,
    /// Where tokens are ended.
    pub revocation_endpoint: String,
    /// Where devices without a keyboard get their codes.
    pub device_authorization_endpoint: String,
    /// Where people are sent to sign out.
    pub end_session_endpoint: String,
    /// Scopes that can be asked for.
    pub scopes_supported: Vec<String>,
    /// `code`.
    pub response_types_supported: Vec<String>,
    /// How answers come: `query`, `form_post`.
    pub response_modes_supported: Vec<String>,
    /// How tokens can be got.
    pub grant_types_supported: Vec<String>,
    /// `public`: every client sees the same subject.
    pub subject_types_supported: Vec<String>,
    /// What id tokens can be signed with.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// How clients prove themselves.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// PKCE methods.
    pub code_challenge_methods_supported: Vec<String>,
    /// What a person can be asked.
    pub prompt_values_supported: Vec<String>,
    /// How well a person can be known.
    pub acr_values_supported: Vec<String>,
    /// Claims of id tokens and userinfo.
    pub claims_supported: Vec<String>,
    /// Whether single claims can be asked for.
    pub claims_parameter_supported: bool,
    /// Whether requests can be signed.
    pub request_parameter_supported: bool,
    /// Whether requests can be fetched.
    pub request_uri_parameter_supported: bool,
    /// Whether answers say who gives them (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
}

impl std::fmt::Debug for SignOutQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignOutQuery").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenRequest")
            .field("grant_type", &self.grant_type)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for TokenQuestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenQuestion").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for DeviceAuthorizationRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceAuthorizationRequest")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Answer of `/oauth2/token` (RFC 6749, 5.1).
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct TokenResponse {
    /// Bearer token for the `Authorization` header.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: u32,
    /// What it allows: scopes separated by single spaces.
    pub scope: String,
    /// Buys the next access token, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Who signed in, for the client (OpenID Connect Core, 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

/// An error in the RFC's form (RFC 6749, 5.2; RFC 8628, 3.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OauthErrorBody {
    /// Code such as `invalid_grant`.
    #[schema(example = "invalid_grant")]
    pub error: String,
    /// What happened and what to do, for developers.
    pub error_description: String,
}

/// Claims of an id token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdTokenClaims {
    /// Who issued it: the platform's public URL.
    pub iss: String,
    /// The user.
    pub sub: Uuid,
    /// The client.
    pub aud: String,
    /// Seconds since the epoch after which it is refused.
    pub exp: i64,
    /// Seconds since the epoch at which it was issued.
    pub iat: i64,
    /// When the user last proved who they are, in seconds since the epoch.
    pub auth_time: i64,
    /// How well.
    pub acr: String,
    /// How: methods of RFC 8176.
    pub amr: Vec<String>,
    /// What the client sent with its request, so that an answer cannot be replayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Left half of the access token's SHA-256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// The session at this platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<Uuid>,
}

/// Answer of `/oauth2/introspect` (RFC 7662, 2.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Introspection {
    /// Whether the token is good now. Nothing else is said about one that is not.
    pub active: bool,
    /// What it allows: scopes separated by single spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The client that it was issued to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `Bearer` for an access token, `refresh_token` for a refresh token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// Seconds since the epoch after which it is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// Seconds since the epoch at which it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// Seconds since the epoch before which it is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The user, or the client that acts by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<Uuid>,
    /// Who it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// Who issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Id of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<Uuid>,
    /// The session at this platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<Uuid>,
}

/// Answer of `/oauth2/userinfo` (OpenID Connect Core, 5.3.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserInfo {
    /// The user.
    pub sub: Uuid,
    /// Name shown to others; needs the scope `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Name to sign in with; needs the scope `profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// E-mail address; needs the scope `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether it has been shown that the address is theirs; needs the scope `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
}

/// Answer of `/oauth2/device_authorization` (RFC 8628, 3.2).
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct DeviceAuthorization {
    /// What the device asks for tokens with.
    pub device_code: String,
    /// What the person types.
    #[schema(example = "WDJB-MJHT")]
    pub user_code: String,
    /// Where the person types it.
    pub verification_uri: String,
    /// The same with the code in it, to be shown as a QR code.
    pub verification_uri_complete: String,
    /// Seconds until the codes expire.
    pub expires_in: u32,
    /// Seconds to wait between two questions.
    pub interval: u32,
}

/// What a page of ours must know to go on with a sign-in, answer of
/// `GET /api/v1/interaction/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Interaction {
    /// The interaction.
    pub id: Uuid,
    /// What the person must do now.
    pub stage: InteractionStage,
    /// Why.
    pub reason: InteractionReason,
    /// Who asks.
    pub client: InteractionClient,
    /// What the client asks for.
    pub scopes: Vec<String>,
    /// Whom the client expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// When it is too late.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// What a person must do before a client gets an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InteractionStage {
    /// Sign in, or prove again who they are.
    SignIn,
    /// Say which account to use.
    Account,
    /// Agree to what the client asks for.
    Consent,
}

/// Why a person must do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InteractionReason {
    /// Nobody is signed in at this browser.
    SignedOut,
    /// The client asks for a new sign-in.
    ClientAsks,
    /// The sign-in is older than the client accepts.
    TooLongAgo,
    /// The client asks for a second factor.
    SecondFactor,
    /// Nobody agreed to this yet.
    NewConsent,
}

/// The client of an interaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InteractionClient {
    /// Its name in the protocol.
    pub client_id: String,
    /// Its name for people.
    pub name: String,
    /// Whether it belongs to the platform.
    pub first_party: bool,
}

/// Body of `POST /api/v1/interaction/{id}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InteractionAnswer {
    /// What the person decided.
    pub decision: Decision,
}

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Go on.
    Allow,
    /// Do not.
    Deny,
}

/// Where the browser goes now, answer of `POST /api/v1/interaction/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InteractionOutcome {
    /// The client's URL, or another page of ours.
    pub redirect_to: String,
    /// Fields of a form that the browser posts there instead of just going, for a client that asked
    /// for `form_post`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<BTreeMap<String, String>>,
}

/// Body of `POST /api/v1/interaction/device`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceCodeEntry {
    /// What the device shows. Case and separators do not matter.
    #[schema(example = "WDJB-MJHT")]
    pub user_code: String,
}

/// A device that waits for a person, answer of `POST /api/v1/interaction/device`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeviceRequest {
    /// The code in the form that devices show.
    pub user_code: String,
    /// Who asks.
    pub client: InteractionClient,
    /// What it asks for.
    pub scopes: Vec<String>,
    /// When it is too late.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// Body of `POST /api/v1/interaction/device/decision`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceDecision {
    /// What the device shows.
    pub user_code: String,
    /// What the person decided.
    pub decision: Decision,
}

impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for DeviceAuthorization {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceAuthorization").finish_non_exhaustive()
    }
}
