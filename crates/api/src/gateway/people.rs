//! People and what they are here.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::plan::PlanCode;

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

/// How a person stands with the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PersonStatus {
    /// May sign in.
    Active,
    /// May not sign in: an administrator closed the account.
    Disabled,
    /// May not sign in: the person asked to be deleted, and is when the hold is over.
    Leaving,
}

/// A person as administrators see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// The user.
    pub id: Uuid,
    /// E-mail address, in lower case.
    pub email: String,
    /// Name shown to others.
    pub display_name: String,
    /// What the person is on this platform.
    pub role: UserRole,
    /// Plan of the account.
    pub plan: PlanCode,
    /// How the person stands with the platform.
    pub status: PersonStatus,
    /// When the account was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When the person last signed in or refreshed a session; absent when never.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub last_seen_at: Option<OffsetDateTime>,
    /// When the account is erased, for one that is leaving.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub erased_at: Option<OffsetDateTime>,
    /// Grows with every edit; the answer's `ETag`.
    pub revision: u32,
}

/// Query of `GET /api/v1/people`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PeopleQuery {
    /// People on a page, 1 to 200; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// Where to go on: `next` of the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Only people whose name or address has this in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Only people with this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub role: Option<UserRole>,
    /// Only people who stand like this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub status: Option<PersonStatus>,
}

/// A page of people, the newest account first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeoplePage {
    /// The people.
    pub people: Vec<Person>,
    /// Cursor of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Body of `PATCH /api/v1/people/{id}`: what is to be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonChange {
    /// Name shown to others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What the person is on this platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<UserRole>,
    /// Whether the account is closed; closing ends the person's sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
}

/// Body of `PATCH /api/v1/me`: what is to be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnChange {
    /// Name shown to others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// Body of `POST /api/v1/me/email`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmail {
    /// Address to have; a mail with a link is sent to it.
    #[schema(example = "ada@example.org")]
    pub email: String,
}

impl std::fmt::Debug for ChangeEmail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChangeEmail").finish_non_exhaustive()
    }
}

/// Body of `POST /api/v1/people/invitations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Address that the invitation is sent to.
    #[schema(example = "ada@example.org")]
    pub email: String,
    /// Name shown to others; the person can change it.
    #[schema(example = "Ada Lovelace")]
    pub display_name: String,
    /// What the person will be on this platform.
    pub role: UserRole,
}

/// An invitation that has not been answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// The invitation.
    pub id: Uuid,
    /// Address that it was sent to.
    pub email: String,
    /// Name of the person.
    pub display_name: String,
    /// What the person will be on this platform.
    pub role: UserRole,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it stops being good.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// Every invitation that has not been answered, answer of `GET /api/v1/people/invitations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitations {
    /// The invitations, newest first.
    pub invitations: Vec<Invitation>,
}
