//! Plans come in order, each costing and allowing no less than the one before it.

use std::collections::BTreeSet;

use super::Broken;
use crate::{Plan, PlanCode, PlanLimits, Price, Spec};

pub(super) fn check(spec: &Spec, broken: &mut Vec<Broken>) {
    if !spec.plans.iter().map(|plan| plan.code).eq(PlanCode::ALL) {
        broken.push(Broken::at(
            &["plans"],
            "the plans are not the four known ones in order",
            "list FREE, CREATOR, HOLLYWOOD and ENTERPRISE, cheapest first",
        ));
    }
    let mut features = BTreeSet::new();
    for (index, plan) in spec.plans.iter().enumerate() {
        let place = index.to_string();
        for (position, feature) in plan.features.iter().enumerate() {
            if !features.insert(*feature) {
                broken.push(Broken::at(
                    &["plans", &place, "features", &position.to_string()],
                    "this feature already came with this plan or one before it",
                    "name a feature only in the cheapest plan that has it",
                ));
            }
        }
        if let Price::Monthly { currency, .. } = &plan.price
            && (currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()))
        {
            broken.push(Broken::at(
                &["plans", &place, "price", "monthly", "currency"],
                format!("`{currency}` is not a currency code"),
                "use three capital letters of ISO 4217, such as USD",
            ));
        }
        if let Some(before) = index.checked_sub(1).and_then(|before| spec.plans.get(before)) {
            not_less(&place, before, plan, broken);
        }
    }
}

fn not_less(place: &str, before: &Plan, plan: &Plan, broken: &mut Vec<Broken>) {
    let rises = match (&before.price, &plan.price) {
        (
            Price::Monthly { cents: lower, currency: one },
            Price::Monthly { cents: upper, currency: other },
        ) => lower < upper && one == other,
        (Price::Monthly { .. }, Price::Custom) => true,
        (Price::Custom, _) => false,
    };
    if !rises {
        broken.push(Broken::at(
            &["plans", place, "price"],
            "the price is not above that of the plan before it in the same currency",
            "order plans by price; a custom price comes last",
        ));
    }
    for (key, limit) in LIMITS {
        if limit(&plan.limits) < limit(&before.limits) {
            broken.push(Broken::at(
                &["plans", place, "limits", key],
                format!("`{key}` is below that of the cheaper plan before it"),
                "a dearer plan never allows less",
            ));
        }
    }
}

type ReadLimit = fn(&PlanLimits) -> crate::Limit;

const LIMITS: [(&str, ReadLimit); 3] = [
    ("stream_height", |limits| limits.stream_height),
    ("render_height", |limits| limits.render_height),
    ("users", |limits| limits.users),
];
