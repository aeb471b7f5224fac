//! Our services.

use super::{seen, status_is};
use crate::validate::{Facts, Observed, Outcome, ServiceFacts, Verdict};
use crate::{Service, Spec};

pub(in crate::validate) fn health(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    each(spec, facts, |name, service| seen(name, &service.health, status_is(200)))
}

pub(in crate::validate) fn ready(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    each(spec, facts, |name, service| seen(name, &service.ready, status_is(200)))
}

pub(in crate::validate) fn metrics(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    each(spec, facts, |name, service| {
        seen(name, &service.metrics, |answer| {
            let complete = answer.status == 200 && answer.body.contains("# ");
            (complete, format!("HTTP {}", answer.status))
        })
    })
}

pub(in crate::validate) fn same_version(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    let first = facts.services.values().find_map(|service| match &service.version {
        Observed::Seen(version) => Some(version.clone()),
        Observed::Failed(_) | Observed::Skipped(_) => None,
    });
    each(spec, facts, |name, service| {
        seen(name, &service.version, |version| (Some(version) == first.as_ref(), version.clone()))
    })
}

pub(in crate::validate) fn loopback_only(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    each(spec, facts, |name, service| {
        seen(name, &service.addresses, |addresses| {
            let inside =
                addresses.iter().all(|address| address.starts_with("127.") || address == "::1");
            (inside && !addresses.is_empty(), addresses.join(", "))
        })
    })
}

pub(in crate::validate) fn planned(spec: &Spec, _: &Facts) -> Vec<Verdict> {
    spec.planned()
        .map(|(name, service)| Verdict {
            subject: name.to_owned(),
            outcome: Outcome::Planned,
            evidence: format!("{} (port {} reserved)", service.title, service.port),
        })
        .collect()
}

/// One verdict per service of ours that is active, also for those nobody looked at.
fn each(
    spec: &Spec,
    facts: &Facts,
    judge: impl Fn(&str, &ServiceFacts) -> Verdict,
) -> Vec<Verdict> {
    let unseen = ServiceFacts::default();
    spec.active()
        .filter(|(_, service): &(&str, &Service)| service.folder.is_some())
        .map(|(name, _)| judge(name, facts.services.get(name).unwrap_or(&unseen)))
        .collect()
}
