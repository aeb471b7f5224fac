//! Rules between one full media playlist and a later one of the same rendition.

use super::{
    finding::{Finding, Rule},
    playlist::{Playlist, Segment},
    standing::micros,
};

/// Everything wrong with `after` as the successor of `before`.
pub(super) fn check(before: &Playlist, after: &Playlist) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |rule, evidence: String| findings.push(Finding::new(rule, evidence));
    if header(before) != header(after) {
        let evidence = format!("{:?} became {:?}", header(before), header(after));
        note(Rule::TargetDurationChanged, evidence);
    }
    let (first, then) = (before.media_sequence, after.media_sequence);
    if then < first {
        note(Rule::MediaSequenceBack, format!("{first} became {then}"));
    }
    for segment in &after.segments {
        let Some(known) = before.segment(segment.msn) else { continue };
        if known.discontinuity_sequence != segment.discontinuity_sequence {
            let (was, is) = (known.discontinuity_sequence, segment.discontinuity_sequence);
            let evidence = format!("segment {} had number {was}, has {is}", segment.msn);
            note(Rule::DiscontinuitySequence, evidence);
        }
        if let Some(change) = change(known, segment) {
            note(Rule::ListedChanged, format!("segment {}: {change}", segment.msn));
        }
    }
    if let Some(lost) = lost_at_the_end(before, after) {
        note(Rule::ListedChanged, lost);
    }
    if let Some((hint, came)) = unfulfilled_hint(before, after) {
        note(Rule::HintUnfulfilled, format!("{hint} was hinted, {came} came"));
    }
    let complete = after.segments.iter().filter(|segment| segment.is_complete());
    let window: i64 = complete.map(Segment::length).sum();
    if then > first && window < micros(after.target_duration) * 3 {
        note(Rule::WindowTooShort, format!("{window} µs are left at {then}"));
    }
    findings
}

/// What must stay the same for the life of a playlist.
fn header(list: &Playlist) -> (u64, Option<i64>, Option<i64>, Option<i64>, Option<i64>) {
    (list.target_duration, list.part_target, list.hold_back, list.part_hold_back, list.skip_until)
}

fn change(before: &Segment, after: &Segment) -> Option<String> {
    if before.is_complete() && (&before.uri, before.duration) != (&after.uri, after.duration) {
        return Some(format!("{:?} became {:?}", before.uri, after.uri));
    }
    if before.date_time != after.date_time || before.discontinuity != after.discontinuity {
        return Some("its date or discontinuity changed".to_owned());
    }
    if before.map != after.map {
        return Some(format!("init {:?} became {:?}", before.map, after.map));
    }
    // Parts of a complete segment may go, all at once or from the front.
    let kept = if after.is_complete() && after.parts.len() < before.parts.len() {
        before.parts.ends_with(&after.parts)
    } else {
        after.parts.starts_with(&before.parts)
    };
    (!kept).then(|| "its parts changed".to_owned())
}

/// Nothing but the front may be removed.
fn lost_at_the_end(before: &Playlist, after: &Playlist) -> Option<String> {
    let (was, is) = (before.edge()?, after.edge()?);
    (is < was).then(|| format!("the newest part was {was:?}, is {is:?}"))
}

/// The part that came right behind the old edge, if it is not the hinted one. A keyframe may end
/// the segment and with it the plan for its next part (section 6.2.6).
fn unfulfilled_hint(before: &Playlist, after: &Playlist) -> Option<(String, String)> {
    let hint = before.hints.iter().find(|hint| hint.kind == "PART")?;
    let edge = before.edge()?;
    let came = after.segments.iter().flat_map(|segment| {
        let parts = segment.parts.iter().enumerate();
        parts.map(|(index, part)| ((segment.msn, index as u64), part))
    });
    let ((_, index), next) = came.into_iter().find(|(position, _)| *position > edge)?;
    (index > 0 && next.uri != hint.uri).then(|| (hint.uri.clone(), next.uri.clone()))
}
