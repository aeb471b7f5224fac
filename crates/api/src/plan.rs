//! Subscription plans: what each allows, and how much of it.

use std::fmt;

use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The four plans, cheapest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
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

    /// The code as it is written everywhere.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Free => "FREE",
            Self::Creator => "CREATOR",
            Self::Hollywood => "HOLLYWOOD",
            Self::Enterprise => "ENTERPRISE",
        }
    }

    /// The plan of that code.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.name() == name)
    }
}

impl fmt::Display for PlanCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something a plan allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Live streaming within the plan's height limit.
    Streaming,
    /// The basic production tools.
    BasicTools,
    /// All of `StreamCore`.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanLimits {
    /// Tallest picture that may be streamed, in lines.
    pub stream_height: Limit,
    /// Tallest picture that may be rendered by V-Screen, in lines; 0 means none.
    pub render_height: Limit,
    /// People in one studio.
    pub users: Limit,
}

/// Which of a plan's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// [`PlanLimits::stream_height`].
    StreamHeight,
    /// [`PlanLimits::render_height`].
    RenderHeight,
    /// [`PlanLimits::users`].
    Users,
}

impl PlanLimits {
    /// The limit of this kind.
    pub const fn of(&self, kind: LimitKind) -> Limit {
        match kind {
            LimitKind::StreamHeight => self.stream_height,
            LimitKind::RenderHeight => self.render_height,
            LimitKind::Users => self.users,
        }
    }
}

/// Everything that a plan allows, the answer of `GET /api/v1/me/entitlements`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Entitlements {
    /// The plan.
    pub plan: PlanCode,
    /// What it includes, with all that the plans before it include.
    pub features: Vec<Feature>,
    /// How much of it may be used.
    pub limits: PlanLimits,
}

/// A number, or `unlimited`. Numbers order before `Unlimited`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// At most this many.
    AtMost(u32),
    /// Written as `unlimited`.
    Unlimited,
}

impl Limit {
    /// Whether so many are within it.
    pub const fn allows(self, used: u32) -> bool {
        match self {
            Self::AtMost(most) => used <= most,
            Self::Unlimited => true,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(number) => number.fmt(f),
            Self::Unlimited => f.write_str("unlimited"),
        }
    }
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

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
        let unlimited =
            ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["unlimited"]));
        OneOfBuilder::new()
            .description(Some("A number, or `unlimited`"))
            .item(number)
            .item(unlimited)
            .into()
    }
}

impl ToSchema for Limit {}
