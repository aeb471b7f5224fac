//! Which account has which plan.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::plan::{Entitlements, PlanCode};

/// Answer of `GET /api/v1/plans`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Plans {
    /// What each plan allows, the cheapest first.
    pub plans: Vec<Entitlements>,
}

/// Body of `PUT /api/v1/people/{id}/plan`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPlan {
    /// The plan that the account gets.
    pub plan: PlanCode,
}
