//! Ingest and delivery.

use super::{problem, seen};
use crate::Spec;
use crate::validate::{Facts, Verdict};

pub(in crate::validate) fn rtmp(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.streaming.rtmp_handshake, |answered| {
        (*answered, if *answered { "handshake answered" } else { "no RTMP answer" }.to_owned())
    })]
}

pub(in crate::validate) fn live_list(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.streaming.live_list, |answer| {
        let listed = answer.status == 200 && answer.body.contains("\"streams\"");
        (listed, format!("HTTP {}", answer.status))
    })]
}

pub(in crate::validate) fn missing_playlist(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.streaming.missing_playlist, problem(404))]
}

pub(in crate::validate) fn viewers(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    let Some(viewers) = &facts.streaming.viewers else { return Vec::new() };
    vec![seen("", viewers, |protocol| (protocol == "h2", format!("agreed on `{protocol}`")))]
}
