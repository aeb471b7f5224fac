//! Subscription plans.

use std::fmt;

use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

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

/// The four plans, cheapest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PlanCode {
    /// Costs nothing.
    Free,
    /// For one person with an audience.
    Creator,
    /// For a studio with a virtual stage.
    Hollywood,
    /// By contract.
    Enterprise,
}

impl PlanCode {
    /// Every plan, cheapest first.
    pub const ALL: [Self; 4] = [Self::Free, Self::Creator, Self::Hollywood, Self::Enterprise];
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

/// Something a plan allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Live streaming within the plan's height limit.
    Streaming,
    /// The basic production tools.
    BasicTools,
    /// All of StreamCore.
    StreamcoreFull,
    /// Own overlays on the picture.
    CustomOverlays,
    /// The analytics dashboard.
    AnalyticsDashboard,
    /// All of V-Screen Hollywood.
    VscreenSuite,
    /// Several scenes in one production.
    MultiSceneProduction,
    /// Virtual camera tracking in real time.
    VirtualCameraSync,
    /// Rendering at 4K.
    #[serde(rename = "render_4k")]
    Render4k,
    /// Rendering at 8K.
    #[serde(rename = "render_8k")]
    Render8k,
    /// Hosting in a private cloud.
    PrivateCloud,
    /// Integration through the SDK.
    SdkIntegrations,
    /// Integration through the API.
    ApiIntegrations,
    /// A service level agreed by contract.
    CustomSla,
}

/// How much of a plan may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanLimits {
    /// Tallest picture that may be streamed, in lines.
    pub stream_height: Limit,
    /// Tallest picture that may be rendered by V-Screen, in lines; 0 means none.
    pub render_height: Limit,
    /// People in one studio.
    pub users: Limit,
}

/// A number, or `unlimited`. Numbers order before `Unlimited`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// At most this many.
    AtMost(u32),
    /// Written as `unlimited`.
    Unlimited,
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::AtMost(number) => serializer.serialize_u32(*number),
            Self::Unlimited => serializer.serialize_str("unlimited"),
        }
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LimitVisitor)
    }
}

struct LimitVisitor;

impl Visitor<'_> for LimitVisitor {
    type Value = Limit;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number or `unlimited`")
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Limit, E> {
        u32::try_from(value)
            .map(Limit::AtMost)
            .map_err(|_| E::invalid_value(serde::de::Unexpected::Unsigned(value), &self))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Limit, E> {
        u32::try_from(value)
            .map(Limit::AtMost)
            .map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(value), &self))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Limit, E> {
        if value == "unlimited" {
            Ok(Limit::Unlimited)
        } else {
            Err(E::invalid_value(serde::de::Unexpected::Str(value), &self))
        }
    }
}
