//! API keys: for programs that act for a user.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A key as its owner and administrators see it; the secret is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKey {
    /// The key.
    pub id: Uuid,
    /// Whom it acts for.
    pub owner: Uuid,
    /// What its owner calls it.
    #[schema(example = "Lights controller")]
    pub name: String,
    /// Beginning of the key, to recognise it by.
    #[schema(example = "nxk_01ARZ3NDEKTSV4RRFFQ69G")]
    pub hint: String,
    /// What it was given. Of that it can do what its owner's role still includes.
    #[schema(example = json!(["streams:read"]))]
    pub scopes: Vec<String>,
    /// Requests a minute that it may make; absent for the usual limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<u32>,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it stops working by itself.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_at: Option<OffsetDateTime>,
    /// When it was last used, to the minute.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub last_used_at: Option<OffsetDateTime>,
    /// When its secret was last replaced.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub rotated_at: Option<OffsetDateTime>,
    /// Until when the replaced secret works too.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub previous_until: Option<OffsetDateTime>,
    /// When it was revoked.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub revoked_at: Option<OffsetDateTime>,
}

/// The caller's own keys, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyList {
    /// The keys, revoked ones too.
    pub api_keys: Vec<ApiKey>,
}

/// Query of `GET /api/v1/api-keys/everyone`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyQuery {
    /// Keys on a page, 1 to 200; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// Where to go on: `next` of the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Only keys of this user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Uuid>,
}

/// A page of everybody's keys, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyPage {
    /// The keys, revoked ones too.
    pub api_keys: Vec<ApiKey>,
    /// Cursor of the next (older) page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Body of `POST /api/v1/api-keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    /// What to call it, 1 to 120 characters.
    #[schema(example = "Lights controller")]
    pub name: String,
    /// What it may do, all of which the caller's own token must allow.
    #[schema(example = json!(["streams:read"]))]
    pub scopes: Vec<String>,
    /// When it stops working by itself; absent for never.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_at: Option<OffsetDateTime>,
    /// Requests a minute that it may make, 1 to 60000; absent for the usual limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 60000)]
    pub requests_per_minute: Option<u32>,
}

/// Body of `PATCH /api/v1/api-keys/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditApiKey {
    /// What to call it, 1 to 120 characters.
    pub name: String,
}

/// Body of `POST /api/v1/api-keys/{id}/rotation`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateApiKey {
    /// Seconds for which the replaced secret works too, 0 to 604800.
    #[schema(minimum = 0, maximum = 604_800, example = 86400)]
    pub overlap_seconds: u32,
}

/// A key with its secret, which is shown this once.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct ApiKeySecret {
    /// What is kept about it.
    pub api_key: ApiKey,
    /// The key itself, for the header `authorization: Bearer …`.
    pub secret: String,
}

/// What a key is exchanged for.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyToken {
    /// Bearer token that speaks for the key.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// Seconds until it expires.
    #[schema(example = 60)]
    pub expires_in: u32,
}

impl std::fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeySecret").field("api_key", &self.api_key).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ApiKeyToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeyToken").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}
