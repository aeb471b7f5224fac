//! Organisations, their members and teams.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::plan::PlanCode;

/// What a member may do in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OrganisationRole {
    /// May do everything, also delete the organisation and name other owners.
    Owner,
    /// Manages members and teams.
    Admin,
    /// Belongs to it.
    Member,
}

/// An organisation as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Organisation {
    /// The organisation.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its plan, which its members have too.
    pub plan: PlanCode,
    /// What the caller is in it; absent for administrators of the platform who are no members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<OrganisationRole>,
    /// How many members it has.
    pub members: u32,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Grows with every edit; the answer's `ETag`.
    pub revision: u32,
}

/// Answer of `GET /api/v1/organisations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Organisations {
    /// The caller's organisations by name; every one for administrators of the platform.
    pub organisations: Vec<Organisation>,
}

/// Body of `POST /api/v1/organisations` and `PATCH /api/v1/organisations/{organisation}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationName {
    /// Name of the organisation.
    #[schema(example = "Studio Lovelace")]
    pub name: String,
}

/// A member of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// The person.
    pub user: Uuid,
    /// Address of the person.
    pub email: String,
    /// Name of the person.
    pub display_name: String,
    /// What the person may do in the organisation.
    pub role: OrganisationRole,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub joined_at: OffsetDateTime,
}

/// Answer of `GET /api/v1/organisations/{organisation}/members`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Members {
    /// The members in the order they joined.
    pub members: Vec<Member>,
}

/// Body of `PATCH /api/v1/organisations/{organisation}/members/{user}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberChange {
    /// What the member may do from now on.
    pub role: OrganisationRole,
}

/// Body of `POST /api/v1/organisations/{organisation}/invitations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteMember {
    /// Address that the invitation is sent to.
    #[schema(example = "ada@example.org")]
    pub email: String,
    /// What the person will be in the organisation.
    pub role: OrganisationRole,
}

/// An invitation to an organisation that has not been answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberInvitation {
    /// The invitation.
    pub id: Uuid,
    /// Address that it was sent to.
    pub email: String,
    /// What the person will be in the organisation.
    pub role: OrganisationRole,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it stops being good.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// Answer of `GET /api/v1/organisations/{organisation}/invitations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberInvitations {
    /// The invitations, newest first.
    pub invitations: Vec<MemberInvitation>,
}

/// A team of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Team {
    /// The team.
    pub id: Uuid,
    /// Its name, which no other team of the organisation has.
    pub name: String,
    /// Who belongs to it.
    pub members: Vec<Uuid>,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// Answer of `GET /api/v1/organisations/{organisation}/teams`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Teams {
    /// The teams by name.
    pub teams: Vec<Team>,
}

/// Body of `POST …/teams` and `PATCH …/teams/{team}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamName {
    /// Name of the team.
    #[schema(example = "Cameras")]
    pub name: String,
}
