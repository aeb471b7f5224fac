//! What the plan of whoever sent a request allows.

use std::sync::Arc;

use api::plan::{Entitlements, Feature, Limit, LimitKind, PlanCode};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use serde_json::{Value, json};

use crate::principal::{Principal, TokenVerifier};
use crate::problem::{Problem, codes};

/// What each plan allows, as the specification says. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Plans(Arc<[Entitlements]>);

/// A plan and what the others would allow. As a handler's argument it is the plan that the access
/// token names; a token that names none has the cheapest.
#[derive(Debug, Clone)]
pub struct Entitled {
    plans: Plans,
    plan: PlanCode,
}

impl Plans {
    /// The plans, cheapest first.
    pub fn new(plans: impl Into<Arc<[Entitlements]>>) -> Self {
        Self(plans.into())
    }

    /// Every plan, cheapest first.
    pub fn all(&self) -> &[Entitlements] {
        &self.0
    }

    /// What this plan allows; `None` when the specification has no such plan.
    pub fn of(&self, plan: PlanCode) -> Option<&Entitlements> {
        self.0.iter().find(|entitlements| entitlements.plan == plan)
    }

    /// A plan to ask questions about.
    pub fn entitled(&self, plan: PlanCode) -> Entitled {
        Entitled { plans: self.clone(), plan }
    }

    fn cheapest(&self, allows: impl Fn(&Entitlements) -> bool) -> Option<PlanCode> {
        self.0.iter().find(|entitlements| allows(entitlements)).map(|it| it.plan)
    }
}

impl Entitled {
    /// The plan.
    pub fn plan(&self) -> PlanCode {
        self.plan
    }

    /// Refuses with 402 unless the plan includes the feature.
    pub fn require(&self, feature: Feature) -> Result<(), Problem> {
        let includes = |it: &Entitlements| it.features.contains(&feature);
        if self.plans.of(self.plan).is_some_and(includes) {
            return Ok(());
        }
        let name = json!(feature);
        let better = self.plans.cheapest(includes);
        let what = name.as_str().unwrap_or_default().replace('_', " ");
        let detail = format!("the plan {} does not include {what}{}", self.plan, remedy(better));
        Err(Problem::new(&codes::PLAN_DOES_NOT_INCLUDE, detail)
            .member("feature", name)
            .member("plan", json!(self.plan))
            .member("plan_that_allows", json!(better)))
    }

    /// The plan's limit of this kind; of a plan that the specification does not have, nothing.
    pub fn limit(&self, kind: LimitKind) -> Limit {
        self.plans.of(self.plan).map_or(Limit::AtMost(0), |it| it.limits.of(kind))
    }

    /// Refuses with 402 when `used`, counted with what is asked for, is above the plan's limit.
    pub fn within(&self, kind: LimitKind, used: u32) -> Result<(), Problem> {
        let limit = self.limit(kind);
        if limit.allows(used) {
            return Ok(());
        }
        let name = json!(kind);
        let better = self.plans.cheapest(|it| it.limits.of(kind).allows(used));
        let what = match kind {
            LimitKind::StreamHeight => "lines of streamed picture",
            LimitKind::RenderHeight => "lines of rendered picture",
            LimitKind::Users => "people",
        };
        let detail = format!(
            "the plan {} allows {limit} {what} and this would make {used}{}",
            self.plan,
            remedy(better)
        );
        Err(Problem::new(&codes::PLAN_DOES_NOT_INCLUDE, detail)
            .member("feature", name)
            .member("limit", json!(limit))
            .member("used", Value::from(used))
            .member("plan", json!(self.plan))
            .member("plan_that_allows", json!(better)))
    }
}

fn remedy(better: Option<PlanCode>) -> String {
    better.map_or_else(
        || "; no plan does".to_owned(),
        |plan| format!("; it is part of the plan {plan}"),
    )
}

impl<S> FromRequestParts<S> for Entitled
where
    S: Send + Sync,
    TokenVerifier: FromRef<S>,
    Plans: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, state).await?;
        Ok(Plans::from_ref(state).entitled(principal.plan))
    }
}

#[cfg(test)]
mod tests {
    use api::plan::{Entitlements, Feature, Limit, LimitKind, PlanCode, PlanLimits};

    use super::Plans;

    fn plans() -> Plans {
        let limits = |height, users| PlanLimits {
            stream_height: height,
            render_height: Limit::AtMost(0),
            users,
        };
        let free = Entitlements {
            plan: PlanCode::Free,
            features: vec![Feature::Streaming],
            limits: limits(Limit::AtMost(720), Limit::AtMost(1)),
        };
        let creator = Entitlements {
            plan: PlanCode::Creator,
            features: vec![Feature::Streaming, Feature::CustomOverlays],
            limits: limits(Limit::Unlimited, Limit::AtMost(3)),
        };
        Plans::new(vec![free, creator])
    }

    #[test]
    fn a_refusal_names_the_plan_that_would_do() {
        let free = plans().entitled(PlanCode::Free);
        assert!(free.require(Feature::Streaming).is_ok());
        let refused = free.require(Feature::CustomOverlays).unwrap_err();
        let members = refused.members().unwrap();
        assert_eq!(members["feature"], "custom_overlays");
        assert_eq!(members["plan_that_allows"], "CREATOR");
        let refused = free.require(Feature::CustomSla).unwrap_err();
        assert!(refused.members().unwrap()["plan_that_allows"].is_null());
    }

    #[test]
    fn limits_are_inclusive() {
        let free = plans().entitled(PlanCode::Free);
        assert!(free.within(LimitKind::StreamHeight, 720).is_ok());
        let refused = free.within(LimitKind::StreamHeight, 721).unwrap_err();
        let members = serde_json::to_value(refused.members().unwrap()).unwrap();
        assert_eq!(
            members,
            serde_json::json!({
                "feature": "stream_height", "limit": 720, "used": 721,
                "plan": "FREE", "plan_that_allows": "CREATOR",
            })
        );
        let creator = plans().entitled(PlanCode::Creator);
        assert!(creator.within(LimitKind::StreamHeight, u32::MAX).is_ok());
        assert!(creator.within(LimitKind::Users, 4).is_err());
    }

    #[test]
    fn a_plan_that_is_not_specified_allows_nothing() {
        let unknown = plans().entitled(PlanCode::Enterprise);
        assert!(unknown.require(Feature::Streaming).is_err());
        assert!(unknown.within(LimitKind::Users, 1).is_err());
    }
}
