//! gateway-api: people, sign-in, tokens, audit log.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// `typ` header of an access token (RFC 9068).
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Claims of an access token, a JWT signed with `EdDSA` (RFC 9068).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// Who issued it: the platform's public URL.
    pub iss: String,
    /// The user.
    pub sub: Uuid,
    /// Who it is for.
    pub aud: String,
    /// The session it belongs to; absent for tokens that no session backs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<Uuid>,
    /// What it allows: scopes separated by single spaces.
    #[serde(default)]
    pub scope: String,
    /// Roles of the user at the time of issue.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Seconds since the epoch after which it is refused.
    pub exp: i64,
    /// Seconds since the epoch before which it is refused.
    pub nbf: i64,
    /// Seconds since the epoch at which it was issued.
    pub iat: i64,
    /// Id of this token.
    pub jti: Uuid,
}

/// Keys that verify access tokens (RFC 7517), answer of `/.well-known/jwks.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JwkSet {
    /// Every key whose tokens may still be valid.
    pub keys: Vec<Jwk>,
}

/// An Ed25519 public key (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Jwk {
    /// Key type: `OKP`.
    #[schema(example = "OKP")]
    pub kty: String,
    /// Curve: `Ed25519`.
    #[schema(example = "Ed25519")]
    pub crv: String,
    /// Public key, 32 bytes in base64url without padding.
    pub x: String,
    /// Key id, named by the header of each token.
    pub kid: String,
    /// Algorithm: `EdDSA`.
    #[schema(example = "EdDSA")]
    pub alg: String,
    /// Use: `sig`.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    pub key_use: String,
}

/// Body of `POST /api/v1/session`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// E-mail address of the account; upper and lower case are the same.
    #[schema(example = "admin@example.org")]
    pub email: String,
    /// Password of the account.
    #[schema(format = Password)]
    pub password: String,
}

/// Body of `POST /api/v1/session/refresh`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token of the last answer; each works once.
    pub refresh_token: String,
}

/// Tokens of a session, the answer to signing in and to refreshing.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct SessionTokens {
    /// The session.
    pub session_id: Uuid,
    /// Bearer token for the `Authorization` header.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// Seconds until the access token expires.
    #[schema(example = 300)]
    pub expires_in: u32,
    /// Opaque token that buys the next access token, once.
    pub refresh_token: String,
    /// When the session ends unless it is refreshed before.
    #[serde(with = "time::serde::rfc3339")]
    pub refresh_expires_at: OffsetDateTime,
}

/// The signed-in user and session, answer of `GET /api/v1/session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// The session.
    pub id: Uuid,
    /// Who is signed in.
    pub user: User,
    /// What the access token of this request allows.
    pub scopes: Vec<String>,
    /// When the user signed in.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When the session ends unless it is refreshed before.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// The user.
    pub id: Uuid,
    /// E-mail address, in lower case.
    pub email: String,
    /// Name shown to others.
    pub display_name: String,
    /// What the user is on this platform.
    pub role: UserRole,
}

/// What a user is on this platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UserRole {
    /// May do everything.
    Admin,
    /// Runs shows: manages streams.
    Operator,
    /// Watches.
    Viewer,
}

/// How many sessions a sign-out ended, answer of `DELETE /api/v1/sessions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionsRevoked {
    /// Sessions that were open and are not any more.
    pub revoked: u64,
}

/// Query of `GET /api/v1/audit`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Entries on a page, 1 to 200; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// Where to go on: `next` of the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Only entries with this action, for example `session.sign_in`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}

/// A page of the audit log, newest entry first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// Cursor of the next (older) page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One thing that somebody did or tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// The entry.
    pub id: Uuid,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Who did it; absent when nobody was signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Uuid>,
    /// What was done, as `noun.verb`.
    #[schema(example = "session.sign_in")]
    pub action: String,
    /// Whether it worked.
    pub outcome: AuditOutcome,
    /// What it was done to, as `kind:id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Network address it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Request it came with: the value to search the logs for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Facts particular to the action.
    pub details: serde_json::Value,
}

/// Whether what was tried was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditOutcome {
    /// Done.
    Success,
    /// Refused or failed.
    Failure,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("email", &self.email).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Refresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Refresh").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SessionTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionTokens")
            .field("session_id", &self.session_id)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}
