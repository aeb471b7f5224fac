//! Environment variables of a production host.

use serde::{Deserialize, Serialize};

/// One environment variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentKey {
    /// One line for people.
    pub description: String,
    /// Services that read it.
    pub services: Vec<String>,
    /// Whether a production host must set it.
    pub required: bool,
    /// Whether the value must never be shown.
    pub secret: bool,
    /// Shape of the value; `{secret}` stands where a generated secret goes.
    pub example: String,
    /// How the secret part is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generate: Option<Generate>,
}

/// How a secret is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Generate {
    /// This many random bytes, written as lowercase hexadecimal.
    HexBytes(u32),
}
