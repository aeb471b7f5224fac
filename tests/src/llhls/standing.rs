//! Rules that one media playlist keeps by itself.

use super::{
    finding::{Finding, Rule},
    playlist::{Playlist, Segment},
};

/// Playlists print dates to the millisecond and durations to the microsecond.
pub(super) const ROUNDING: i64 = 2_000;
/// Sources skip a beat, as where a looped file starts anew; more than this is a discontinuity.
pub(super) const SKIPPED_BEAT: i64 = 100_000;

/// Everything wrong with a full playlist. `others` are the URIs of the other renditions, as the
/// playlist would name them.
pub(super) fn check(list: &Playlist, others: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    check_header(list, &mut findings);
    check_parts(list, &mut findings);
    check_segments(list, &mut findings);
    check_edge_of_parts(list, &mut findings);
    check_hints(list, &mut findings);
    check_reports(list, others, &mut findings);
    findings
}

fn check_header(list: &Playlist, findings: &mut Vec<Finding>) {
    let mut need = |holds: bool, rule, evidence: String| {
        if !holds {
            findings.push(Finding::new(rule, evidence));
        }
    };
    let target = micros(list.target_duration);
    // EXT-X-MAP needs 6; only a delta update needs 9.
    need(list.version >= 6, Rule::Version, format!("{} is below 6", list.version));
    need(list.can_block_reload, Rule::BlockReload, "it is not stated".to_owned());
    let hold_back = list.hold_back.unwrap_or(target * 3);
    need(hold_back >= target * 3, Rule::HoldBack, format!("{hold_back} µs for target {target} µs"));
    let skip = list.skip_until.unwrap_or(target * 6);
    need(skip >= target * 6, Rule::SkipBoundary, format!("{skip} µs for target {target} µs"));
    match (list.part_target, list.part_hold_back) {
        (Some(part), Some(hold)) => {
            let evidence = format!("{hold} µs for part target {part} µs");
            need(hold >= part * 3, Rule::PartHoldBack, evidence);
        }
        (Some(_), None) => need(false, Rule::PartHoldBack, "it is missing".to_owned()),
        (None, _) => need(false, Rule::RequiredTag, "no EXT-X-PART-INF".to_owned()),
    }
}

fn check_parts(list: &Playlist, findings: &mut Vec<Finding>) {
    let target = list.part_target.unwrap_or_default();
    for segment in &list.segments {
        for (index, part) in segment.parts.iter().enumerate() {
            let at = format!("part {}.{index} of {} µs", segment.msn, part.duration);
            if part.duration > target {
                findings.push(Finding::new(Rule::PartTarget, format!("{at}, target {target} µs")));
            }
            // The last part of the open segment may turn out to be the last of the segment.
            let at_the_end = index + 1 == segment.parts.len();
            if !at_the_end && !part.independent && part.duration * 100 < target * 85 {
                findings
                    .push(Finding::new(Rule::PartTooShort, format!("{at}, target {target} µs")));
            }
        }
        let sum: i64 = segment.parts.iter().map(|part| part.duration).sum();
        let stated = segment.length();
        if !segment.parts.is_empty() && (sum - stated).abs() > ROUNDING {
            let at = format!("segment {}: parts {sum} µs, EXTINF {stated} µs", segment.msn);
            findings.push(Finding::new(Rule::PartsSum, at));
        }
    }
}

fn check_segments(list: &Playlist, findings: &mut Vec<Finding>) {
    for segment in &list.segments {
        check_segment(list, segment, findings);
    }
    for pair in list.segments.windows(2) {
        let [before, after] = pair else { continue };
        let (Some(from), Some(to)) = (before.date_time, after.date_time) else { continue };
        let drift = to - from - before.length();
        if !after.discontinuity && !(-ROUNDING..=SKIPPED_BEAT).contains(&drift) {
            let at = format!("segment {} is off by {drift} µs", after.msn);
            findings.push(Finding::new(Rule::DateTimeJump, at));
        }
    }
}

fn check_segment(list: &Playlist, segment: &Segment, findings: &mut Vec<Finding>) {
    let at = format!("segment {}", segment.msn);
    let rounded = (segment.length() + 500_000) / 1_000_000;
    if segment.is_complete() && rounded > i64::try_from(list.target_duration).unwrap_or(i64::MAX) {
        findings.push(Finding::new(
            Rule::TargetDuration,
            format!("{at} of {} µs, target {} s", segment.length(), list.target_duration),
        ));
    }
    if segment.date_time.is_none() {
        findings.push(Finding::new(Rule::DateTimeMissing, at.clone()));
    }
    if segment.map.is_none() {
        findings.push(Finding::new(Rule::MapMissing, at.clone()));
    }
    let opens_dependent = segment.parts.first().is_some_and(|part| !part.independent);
    if list.independent_segments && opens_dependent {
        findings.push(Finding::new(Rule::IndependentFirstPart, at));
    }
}

fn check_edge_of_parts(list: &Playlist, findings: &mut Vec<Finding>) {
    let allowed = micros(list.target_duration) * 3;
    let mut behind = 0;
    for segment in list.segments.iter().rev() {
        if !segment.parts.is_empty() && behind > allowed {
            let at = format!("segment {} ends {behind} µs before the edge", segment.msn);
            findings.push(Finding::new(Rule::PartsFarFromEdge, at));
        }
        behind += segment.length();
    }
}

fn check_hints(list: &Playlist, findings: &mut Vec<Finding>) {
    let hints: Vec<_> = list.hints.iter().filter(|hint| hint.kind == "PART").collect();
    let expected = usize::from(!list.ended);
    if hints.len() != expected || list.hints.len() != hints.len() {
        let at = format!("{} hints, {expected} of TYPE=PART expected", list.hints.len());
        findings.push(Finding::new(Rule::PreloadHint, at));
    }
    let mut parts = list.segments.iter().flat_map(|segment| &segment.parts);
    if let Some(listed) = parts.find(|part| hints.iter().any(|hint| hint.uri == part.uri)) {
        let at = format!("{} is listed already", listed.uri);
        findings.push(Finding::new(Rule::PreloadHint, at));
    }
}

fn check_reports(list: &Playlist, others: &[String], findings: &mut Vec<Finding>) {
    if list.ended {
        return;
    }
    let mut reported: Vec<_> = list.reports.iter().map(|report| report.uri.clone()).collect();
    let mut expected = others.to_vec();
    reported.sort_unstable();
    expected.sort_unstable();
    if reported != expected {
        let at = format!("reports on {reported:?}, the others are {expected:?}");
        findings.push(Finding::new(Rule::RenditionReport, at));
    }
    for report in &list.reports {
        if report.last_msn.is_none() || report.last_part.is_none() {
            let at = format!("{} lacks LAST-MSN or LAST-PART", report.uri);
            findings.push(Finding::new(Rule::RenditionReport, at));
        }
    }
}

pub(super) fn micros(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX / 1_000_000) * 1_000_000
}
