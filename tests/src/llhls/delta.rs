//! Playlist delta updates, section 6.2.5.1.

use super::{
    finding::{Finding, Rule},
    playlist::{Playlist, Segment},
};

/// Holds a delta update against the full playlist of the same edge, with the playlist that the
/// viewer had before.
pub(super) fn check(known: &Playlist, delta: &Playlist, full: &Playlist) -> Vec<Finding> {
    let Some(skipped) = delta.skipped else {
        return missing(full).into_iter().collect();
    };
    let mut findings: Vec<Finding> = skips_recent(full, skipped).into_iter().collect();
    if delta.version < 9 {
        findings.push(Finding::new(Rule::Version, format!("{} with an EXT-X-SKIP", delta.version)));
    }
    match apply(known, delta, skipped) {
        Ok(applied) if applied == *full => {}
        Ok(applied) => findings.push(Finding::new(Rule::DeltaDiffers, difference(&applied, full))),
        Err(problem) => findings.push(Finding::new(Rule::DeltaDiffers, problem)),
    }
    findings
}

/// Distance from the end of each segment to the end of the last complete one.
fn behind_last(full: &Playlist) -> impl Iterator<Item = (&Segment, i64)> {
    let complete = full.segments.iter().rev().filter(|segment| segment.is_complete());
    complete.scan(0, |behind, segment| {
        let own = *behind;
        *behind += segment.length();
        Some((segment, own))
    })
}

fn missing(full: &Playlist) -> Option<Finding> {
    let boundary = full.skip_until?;
    // One segment of slack: a server may draw the boundary from the live edge or before.
    let (old, _) = behind_last(full).filter(|(_, behind)| *behind > boundary).nth(1)?;
    let evidence = format!("segment {} lies behind the boundary, nothing was skipped", old.msn);
    Some(Finding::new(Rule::DeltaMissing, evidence))
}

fn skips_recent(full: &Playlist, skipped: u64) -> Option<Finding> {
    let boundary = full.skip_until?;
    let end = full.media_sequence + skipped;
    let open: i64 = full.segments.iter().filter(|s| !s.is_complete()).map(Segment::length).sum();
    let (recent, behind) = behind_last(full)
        .find(|(segment, behind)| segment.msn < end && behind + open < boundary)?;
    let evidence = format!("segment {} ends {behind} µs before the edge", recent.msn);
    Some(Finding::new(Rule::DeltaSkipsRecent, evidence))
}

/// Puts the skipped segments back, as a viewer does.
fn apply(known: &Playlist, delta: &Playlist, skipped: u64) -> Result<Playlist, String> {
    let mut applied = delta.clone();
    applied.skipped = None;
    let mut restored = Vec::new();
    for msn in delta.media_sequence..delta.media_sequence + skipped {
        let segment =
            known.segment(msn).ok_or(format!("segment {msn} was skipped but not known"))?;
        restored.push(Segment { parts: Vec::new(), ..segment.clone() });
    }
    let mut map = restored.last().and_then(|segment| segment.map.clone());
    let passed = restored.iter().filter(|segment| segment.discontinuity).count() as u64;
    for segment in &mut applied.segments {
        segment.discontinuity_sequence += passed;
        map = segment.map.take().or(map);
        segment.map.clone_from(&map);
    }
    applied.segments.splice(0..0, restored);
    Ok(applied)
}

fn difference(applied: &Playlist, full: &Playlist) -> String {
    let mut pairs = applied.segments.iter().zip(&full.segments);
    match pairs.find(|(ours, theirs)| ours != theirs) {
        Some((ours, theirs)) => format!("{ours:?} where the full playlist has {theirs:?}"),
        None if applied.segments.len() != full.segments.len() => {
            format!("{} segments instead of {}", applied.segments.len(), full.segments.len())
        }
        None => "the tags around the segments differ".to_owned(),
    }
}
