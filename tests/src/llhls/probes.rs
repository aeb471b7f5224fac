//! Single questions to a server: blocking, refusals and reports on other renditions.

use std::time::{Duration, Instant};

use super::{
    fetch::Answer,
    finding::{Finding, Rule},
    playlist::{Playlist, RenditionReport},
};

/// Holds the answer to a blocking reload for part (`msn`, `part`) against what it was to wait for.
///
/// `part_came` is when a viewer had the part itself, if one held a request for it meanwhile.
pub(super) fn check_blocked(
    (msn, part): (u64, u64),
    answered: Instant,
    list: &Playlist,
    part_came: Option<Instant>,
) -> Option<Finding> {
    if list.ended {
        return None;
    }
    if !list.has(msn, part) {
        let evidence = format!("part {msn}.{part} was awaited, the edge is {:?}", list.edge());
        return Some(Finding::new(Rule::AnsweredTooEarly, evidence));
    }
    let target = Duration::from_micros(list.part_target?.unsigned_abs());
    let late = answered.saturating_duration_since(part_came?);
    (late > target).then(|| {
        let evidence = format!("part {msn}.{part} could be had {late:?} before the playlist");
        Finding::new(Rule::AnsweredTooLate, evidence)
    })
}

/// Holds the answer to a request for a part past the end of segment `msn` against the next segment.
pub(super) fn check_roll_over(msn: u64, answer: &Answer, list: &Playlist) -> Option<Finding> {
    (answer.status != 200 || !list.has(msn + 1, 0)).then(|| {
        let evidence = format!("{} answers {}, edge {:?}", answer.url, answer.status, list.edge());
        Finding::new(Rule::PartRollOver, evidence)
    })
}

/// A request that must be refused as bad, and was not.
pub(super) fn check_refused(rule: Rule, answer: &Answer) -> Option<Finding> {
    (answer.status != 400)
        .then(|| Finding::new(rule, format!("{} answers {}", answer.url, answer.status)))
}

/// A request for a resource that is neither listed nor hinted, which must not be held or served.
pub(super) fn check_missing(answer: &Answer) -> Option<Finding> {
    (answer.status != 404).then(|| {
        let evidence = format!("{} answers {}", answer.url, answer.status);
        Finding::new(Rule::UnlistedServed, evidence)
    })
}

/// Compares a part that was asked for before it existed with the same part asked for afterwards.
pub(super) fn check_hinted(hinted: &Answer, listed: &Answer) -> Option<Finding> {
    (hinted.status != 200 || hinted.body != listed.body).then(|| {
        let (early, late) = (hinted.body.len(), listed.body.len());
        let evidence =
            format!("{} answers {} with {early} bytes, then {late}", hinted.url, hinted.status);
        Finding::new(Rule::HintedBytes, evidence)
    })
}

/// Holds the answer to a request for a hint that the next playlist does not list against when that
/// playlist came. Either the part came later after all, or the plan changed and the request is
/// refused at once.
pub(super) fn check_dropped(
    hinted: &Answer,
    list: &Playlist,
    answered: Instant,
) -> Option<Finding> {
    let target = Duration::from_micros(list.part_target.unwrap_or_default().unsigned_abs());
    let late = hinted.answered.saturating_duration_since(answered);
    let refused_at_once = hinted.status == 404 && late <= target;
    (hinted.status != 200 && !refused_at_once).then(|| {
        let evidence = format!("{} answers {} {late:?} late", hinted.url, hinted.status);
        Finding::new(Rule::HintHeld, evidence)
    })
}

/// Bad directives, with the rule that refuses each. `edge` is the newest media sequence number.
pub(super) fn bad_directives(edge: u64) -> Vec<(Rule, Vec<(&'static str, String)>)> {
    let msn = |value: &str| vec![("_HLS_msn", value.to_owned())];
    vec![
        (Rule::FarFutureRefused, msn(&(edge + 4).to_string())),
        (Rule::FarFutureRefused, msn(&(edge + 1_000_000).to_string())),
        (Rule::PartWithoutMsnRefused, vec![("_HLS_part", "0".to_owned())]),
        (Rule::GarbageRefused, msn("abc")),
        (Rule::GarbageRefused, msn("-1")),
        (Rule::GarbageRefused, msn("")),
        (Rule::GarbageRefused, msn("99999999999999999999999")),
        (Rule::GarbageRefused, vec![("_HLS_msn", edge.to_string()), ("_HLS_part", "x".to_owned())]),
    ]
}

/// Holds a report against the rendition's own playlist, got `later` than the report.
pub(super) fn check_report(
    report: &RenditionReport,
    truth: &Playlist,
    later: Duration,
) -> Option<Finding> {
    let reported = (report.last_msn?, report.last_part?);
    let edge = truth.edge()?;
    let target = truth.part_target.filter(|target| *target > 0)?.unsigned_abs();
    let evidence = |what: &str| {
        let evidence = format!("{}: {reported:?} reported, {edge:?} {what}", report.uri);
        Some(Finding::new(Rule::ReportStale, evidence))
    };
    if reported > edge {
        return evidence("is the newest");
    }
    let positions = truth
        .segments
        .iter()
        .flat_map(|segment| (0..segment.parts.len() as u64).map(|index| (segment.msn, index)));
    let behind = positions.filter(|position| *position > reported).count();
    // One part of staleness is allowed; more may have come while the truth was asked for.
    let came = later.as_micros().div_ceil(u128::from(target));
    if behind as u128 > 1 + came { evidence("came in the meantime at most") } else { None }
}
