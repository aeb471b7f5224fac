//! Answers of the routes that every service has.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// Answer of `/health` and `/livez`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Whether the service takes new work.
    pub status: HealthStatus,
    /// Name of the service.
    pub service: String,
    /// Version of the platform, for example `0.1.0`.
    pub version: String,
}

/// Whether a service takes new work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    /// Serving.
    Ok,
    /// Finishing what it has, about to stop.
    Draining,
}

/// Answer of `/readyz`: 200 when `ready`, else 503.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ready {
    /// True when every check passed and the service is not draining.
    pub ready: bool,
    /// One entry for each thing the service needs.
    pub checks: Vec<ReadyCheck>,
}

/// One thing a service needs before it can do its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadyCheck {
    /// Name of what is needed, for example `postgres`.
    pub name: String,
    /// Whether it is there.
    pub ready: bool,
    /// Why it is not, when it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Answer of `/version`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Version {
    /// Name of the service.
    pub service: String,
    /// Version of the platform, for example `0.1.0`.
    pub version: String,
    /// When the service was started.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// Git commit of the build, absent when the build did not know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}
