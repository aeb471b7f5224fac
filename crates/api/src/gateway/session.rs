//! Signing in, refreshing, looking, signing out.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::User;

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
    /// The refresh token of the last answer; each works once. Without it the cookie of a signed-in
    /// browser is the proof.
    #[serde(default)]
    pub refresh_token: Option<String>,
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

/// An access token alone, the answer to refreshing with a cookie.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct AccessToken {
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
}

/// The answer to refreshing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum RefreshedTokens {
    /// A refresh token was the proof: here is its successor.
    Session(SessionTokens),
    /// A cookie was.
    Access(AccessToken),
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
    /// When the user last proved who they are.
    #[serde(with = "time::serde::rfc3339")]
    pub auth_time: OffsetDateTime,
    /// How: methods of RFC 8176.
    #[schema(example = json!(["pwd", "otp", "mfa"]))]
    pub amr: Vec<String>,
    /// How well: one factor (`urn:nexus:aal1`) or two (`urn:nexus:aal2`).
    #[schema(example = "urn:nexus:aal2")]
    pub acr: String,
    /// When the session ends unless it is refreshed before.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// Query of `DELETE /api/v1/sessions`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SessionsQuery {
    /// Whether the session of this request goes on; it ends too when absent.
    #[serde(default)]
    pub keep_current: bool,
}

/// The open sessions of a user, the last used first, answer of `GET /api/v1/sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionList {
    /// At most 200 of them.
    pub sessions: Vec<SessionDetails>,
}

/// Where somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionDetails {
    /// The session.
    pub id: Uuid,
    /// The device, when its user agent is a common one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Firefox on Linux")]
    pub device: Option<String>,
    /// The user agent as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Network address of the sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// When the user signed in.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was last used, to about a minute.
    #[serde(with = "time::serde::rfc3339")]
    pub seen_at: OffsetDateTime,
    /// When it ends unless it is used before.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// When the user last proved who they are.
    #[serde(with = "time::serde::rfc3339")]
    pub auth_time: OffsetDateTime,
    /// How: methods of RFC 8176.
    #[schema(example = json!(["pwd"]))]
    pub amr: Vec<String>,
    /// Whether it is the session of this request.
    pub current: bool,
}

/// How many sessions a sign-out ended, answer of `DELETE /api/v1/sessions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionsRevoked {
    /// Sessions that were open and are not any more.
    pub revoked: u64,
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

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken")
            .field("session_id", &self.session_id)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}
