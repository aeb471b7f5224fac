//! People and what they are here.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

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
