//! Subscription plans: what they cost. What they allow is on the wire too, so it is in `api`.

use serde::{Deserialize, Serialize};

pub use api::plan::{Feature, Limit, PlanCode, PlanLimits};

/// One subscription plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Stable name.
    pub code: PlanCode,
    /// What it costs.
    pub price: Price,
    /// Who answers questions.
    pub support: Support,
    /// What it adds to the plans before it.
    pub features: Vec<Feature>,
    /// How much of it may be used.
    pub limits: PlanLimits,
}

/// What a plan costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Price {
    /// Agreed by contract.
    Custom,
    /// A fixed price per month.
    Monthly {
        /// Minor units of the currency.
        cents: u32,
        /// ISO 4217 code.
        currency: String,
    },
}

/// Who answers questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// Other users.
    Community,
    /// By e-mail.
    Email,
    /// By e-mail, before others.
    Priority,
    /// A named person.
    Dedicated,
}
