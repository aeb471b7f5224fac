//! Signing up.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who may make an account by themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SignUpPolicy {
    /// Everybody with an e-mail address.
    Open,
    /// Whoever was invited.
    #[default]
    Invite,
    /// Nobody: accounts are made by the operator, and invitations reach existing accounts only.
    Closed,
}

/// The rules of signing up, answer of `GET /api/v1/sign-up`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignUpRules {
    /// Who may make an account.
    pub policy: SignUpPolicy,
    /// Fewest characters of a password.
    #[schema(example = 10)]
    pub password_min_characters: u32,
}

/// Body of `POST /api/v1/password-strength`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordCheck {
    /// The password that somebody thinks of choosing.
    #[schema(format = Password, max_length = 4096)]
    pub password: String,
    /// What is known of its owner, such as name and address: at most 8 texts.
    #[serde(default)]
    #[schema(max_items = 8, example = json!(["Ada Lovelace", "ada@example.org"]))]
    pub about: Vec<String>,
}

/// How hard a password is to guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PasswordStrength {
    /// From 0, among the first that are tried, to 4, which nobody guesses.
    #[schema(maximum = 4)]
    pub score: u8,
    /// Why it would not be accepted; absent when it would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "a password has at least 10 characters")]
    pub refused: Option<String>,
}

/// Body of `POST /api/v1/sign-up`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// Address to sign in with; a mail with a link is sent to it.
    #[schema(example = "ada@example.org")]
    pub email: String,
    /// Name shown to others.
    #[schema(example = "Ada Lovelace")]
    pub display_name: String,
}

impl std::fmt::Debug for PasswordCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordCheck").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SignUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignUp").finish_non_exhaustive()
    }
}
