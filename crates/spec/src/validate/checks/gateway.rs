//! nginx and what it passes on.

use super::seen;
use crate::validate::{Facts, Observed, RouteAnswer, Site, Verdict};
use crate::{Route, Spec};

pub(in crate::validate) fn syntax(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.gateway.syntax, |_| (true, "nginx accepts it".to_owned()))]
}

pub(in crate::validate) fn routes(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    each_route(spec, facts, |route, answer| {
        // The health answer names its service; elsewhere 5xx is what nginx says when nobody answers.
        let named = format!("\"{}\"", route.service);
        let right =
            answer.status < 500 && (route.path != "/health" || answer.body.contains(&named));
        (right, format!("HTTP {}", answer.status))
    })
}

pub(in crate::validate) fn security_headers(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    let https_only = facts.site == Site::Production;
    each_route(spec, facts, |_, answer| {
        let missing: Vec<&str> = ["x-content-type-options", "strict-transport-security"]
            .into_iter()
            .filter(|name| https_only || *name != "strict-transport-security")
            .filter(|name| !answer.headers.contains_key(*name))
            .collect();
        let evidence = if missing.is_empty() {
            "present".to_owned()
        } else {
            format!("missing {}", missing.join(", "))
        };
        (missing.is_empty(), evidence)
    })
}

pub(in crate::validate) fn plain_http(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    let expected = match facts.site {
        Site::Production => 301,
        Site::Local => 200,
    };
    vec![seen("", &facts.gateway.plain_http, |status| {
        (*status == expected, format!("HTTP {status} (expected {expected})"))
    })]
}

pub(in crate::validate) fn unknown_name(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.gateway.unknown_name_refused, |refused| {
        (*refused, if *refused { "refused" } else { "accepted" }.to_owned())
    })]
}

pub(in crate::validate) fn http2(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.gateway.alpn, |protocol| (protocol == "h2", protocol.clone()))]
}

pub(in crate::validate) fn internal_paths(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    let unseen = Observed::default();
    spec.active_domains()
        .map(|domain| {
            let status = facts.gateway.internal_paths.get(domain).unwrap_or(&unseen);
            seen(domain, status, |status| (*status == 404, format!("HTTP {status}")))
        })
        .collect()
}

pub(in crate::validate) fn body_limit(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.gateway.oversized_body, |status| {
        (*status == 413, format!("HTTP {status}"))
    })]
}

pub(in crate::validate) fn request_id(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.gateway.request_id, |(answered, claimed)| {
        (!answered.is_empty() && answered != claimed, format!("answered `{answered}`"))
    })]
}

fn each_route(
    spec: &Spec,
    facts: &Facts,
    judge: impl Fn(&Route, &crate::validate::HttpAnswer) -> (bool, String),
) -> Vec<Verdict> {
    let unseen = Observed::default();
    spec.routes
        .iter()
        .map(|route| {
            let answer = facts
                .gateway
                .routes
                .iter()
                .find(|answer: &&RouteAnswer| {
                    answer.domain == route.domain && answer.path == route.path
                })
                .map_or(&unseen, |found| &found.answer);
            seen(format!("{}{}", route.domain, route.path), answer, |answer| judge(route, answer))
        })
        .collect()
}
