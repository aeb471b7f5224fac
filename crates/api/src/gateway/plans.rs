//! Which account has which plan.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::plan::PlanCode;

/// Body of `PUT /api/v1/people/{id}/plan`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPlan {
    /// The plan that the account gets.
    pub plan: PlanCode,
}
