//! Renders media playlists: full ones and delta updates.

use std::{fmt::Write as _, sync::Arc};

use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

use super::snapshot::{Segment, Snapshot};

/// Parts are listed for segments that end within this many target durations of the live edge
/// (RFC 8216bis §4.4.4.9 asks for at least three).
const PARTS_LISTED_FOR: u64 = 3;
/// `CAN-SKIP-UNTIL` in target durations (§4.4.3.8: at least six).
const SKIP_BOUNDARY: u64 = 6;

/// What a playlist needs to know beyond the snapshot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    /// Complete segments to list, oldest first.
    pub(super) listed: &'a [Arc<Segment>],
    /// `PART-HOLD-BACK`, microseconds.
    pub(super) part_hold_back: u64,
    /// Whether every segment starts with a frame that decoding may start at.
    pub(super) independent_segments: bool,
    /// The newest parts of the other renditions.
    pub(super) reports: &'a [Report],
}

/// The newest part of a rendition, for the playlists of others (`EXT-X-RENDITION-REPORT`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    /// The rendition.
    pub(super) name: Arc<str>,
    /// Number of the segment.
    pub(super) msn: u64,
    /// Place of the part in it.
    pub(super) part: usize,
}

/// The file name of a rendition's media playlist.
pub(super) fn file_name(name: &str) -> String {
    format!("{name}.m3u8")
}

/// The whole playlist.
pub(super) fn full(snapshot: &Snapshot, context: Context<'_>) -> String {
    render(snapshot, context, 0)
}

/// The delta update: segments older than the skip boundary are counted, not listed. Equal to
/// [`full`] when there is nothing to skip.
pub(super) fn delta(snapshot: &Snapshot, context: Context<'_>) -> String {
    let boundary =
        u64::from(snapshot.target_duration) * SKIP_BOUNDARY * u64::from(snapshot.timescale);
    let mut ahead = snapshot.open.duration();
    let mut kept = 0;
    for segment in context.listed.iter().rev() {
        ahead += segment.duration();
        kept += 1;
        // A segment may be skipped when it ends farther from the edge than the boundary; keeping
        // one more than strictly needed saves the client from a boundary that moves by a part.
        if ahead > boundary {
            break;
        }
    }
    render(snapshot, context, context.listed.len() - kept)
}

fn render(snapshot: &Snapshot, context: Context<'_>, skipped: usize) -> String {
    let mut out = String::with_capacity(4_096);
    // Writing to a String cannot fail; the results are dropped in one place.
    let _ = write_playlist(&mut out, snapshot, context, skipped);
    out
}

fn write_playlist(
    out: &mut String,
    snapshot: &Snapshot,
    context: Context<'_>,
    skipped: usize,
) -> std::fmt::Result {
    write_header(out, snapshot, context)?;
    if skipped > 0 {
        writeln!(out, "#EXT-X-SKIP:SKIPPED-SEGMENTS={skipped}")?;
    }
    let mut from_edge = from_edge(snapshot, context.listed);
    let parts_within =
        PARTS_LISTED_FOR * u64::from(snapshot.target_duration) * u64::from(snapshot.timescale);
    let mut init = skipped.checked_sub(1).and_then(|at| context.listed.get(at)).map(|s| s.init);
    for (at, segment) in context.listed.iter().enumerate() {
        from_edge -= segment.duration();
        if at < skipped {
            continue;
        }
        write_segment_start(out, &snapshot.name, segment, &mut init)?;
        if from_edge <= parts_within && !snapshot.ended {
            write_parts(out, snapshot, segment)?;
        }
        writeln!(out, "#EXTINF:{},", seconds(segment.duration(), snapshot.timescale))?;
        if segment.is_gap() {
            out.push_str("#EXT-X-GAP\n");
        }
        writeln!(out, "{}/{}.m4s", snapshot.name, segment.msn)?;
    }
    if snapshot.ended {
        return writeln!(out, "#EXT-X-ENDLIST");
    }
    let open = &snapshot.open;
    if !open.is_empty() {
        write_segment_start(out, &snapshot.name, open, &mut init)?;
        write_parts(out, snapshot, open)?;
    }
    let (msn, part) = snapshot.hint;
    let folder = &snapshot.name;
    writeln!(out, "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{folder}/{msn}.{part}.m4s\"")?;
    for Report { name, msn, part } in context.reports {
        writeln!(
            out,
            "#EXT-X-RENDITION-REPORT:URI=\"{}\",LAST-MSN={msn},LAST-PART={part}",
            file_name(name)
        )?;
    }
    Ok(())
}

fn write_header(out: &mut String, snapshot: &Snapshot, context: Context<'_>) -> std::fmt::Result {
    let target = snapshot.target_duration;
    out.push_str("#EXTM3U\n#EXT-X-VERSION:9\n");
    writeln!(out, "#EXT-X-TARGETDURATION:{target}")?;
    writeln!(
        out,
        "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL={}.0,PART-HOLD-BACK={},HOLD-BACK={}.0",
        u64::from(target) * SKIP_BOUNDARY,
        microseconds(context.part_hold_back),
        target * 3,
    )?;
    writeln!(out, "#EXT-X-PART-INF:PART-TARGET={}", microseconds(snapshot.part_target))?;
    let first = context.listed.first().unwrap_or(&snapshot.open);
    writeln!(out, "#EXT-X-MEDIA-SEQUENCE:{}", first.msn)?;
    // The tag names the number before the first segment's own EXT-X-DISCONTINUITY is counted.
    let before = first.discontinuity_sequence - u64::from(first.discontinuity);
    writeln!(out, "#EXT-X-DISCONTINUITY-SEQUENCE:{before}")?;
    if context.independent_segments {
        out.push_str("#EXT-X-INDEPENDENT-SEGMENTS\n");
    }
    Ok(())
}

fn write_segment_start(
    out: &mut String,
    folder: &str,
    segment: &Segment,
    init: &mut Option<u32>,
) -> std::fmt::Result {
    if segment.discontinuity {
        out.push_str("#EXT-X-DISCONTINUITY\n");
    }
    if *init != Some(segment.init) {
        writeln!(out, "#EXT-X-MAP:URI=\"{folder}/init-{}.mp4\"", segment.init)?;
        *init = Some(segment.init);
    }
    writeln!(out, "#EXT-X-PROGRAM-DATE-TIME:{}", date_time(segment.program_date_time))
}

fn write_parts(out: &mut String, snapshot: &Snapshot, segment: &Segment) -> std::fmt::Result {
    for (index, part) in segment.parts.iter().enumerate() {
        writeln!(
            out,
            "#EXT-X-PART:DURATION={},URI=\"{}/{}.{index}.m4s\"{}{}",
            seconds(part.duration, snapshot.timescale),
            snapshot.name,
            segment.msn,
            if part.independent { ",INDEPENDENT=YES" } else { "" },
            if part.is_gap() { ",GAP=YES" } else { "" }
        )?;
    }
    Ok(())
}

/// Ticks from the start of the oldest listed segment to the live edge.
fn from_edge(snapshot: &Snapshot, listed: &[Arc<Segment>]) -> u64 {
    listed.iter().map(|segment| segment.duration()).sum::<u64>() + snapshot.open.duration()
}

fn seconds(ticks: u64, timescale: u32) -> String {
    microseconds((ticks * 1_000_000 + u64::from(timescale) / 2) / u64::from(timescale))
}

fn microseconds(value: u64) -> String {
    format!("{}.{:06}", value / 1_000_000, value % 1_000_000)
}

/// ISO 8601 with milliseconds in UTC, from microseconds since 1970.
fn date_time(unix_microseconds: i64) -> String {
    const FORMAT: &[BorrowedFormatItem<'_>] =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_microseconds) * 1_000);
    // Out of range only past the year 9999, where there is no date to print.
    time.ok().and_then(|time| time.format(FORMAT).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_utc_with_milliseconds() {
        assert_eq!(date_time(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(date_time(1_795_437_296_123_456), "2026-11-23T12:34:56.123Z");
        assert_eq!(date_time(1_709_164_800_000_000), "2024-02-29T00:00:00.000Z");
    }

    #[test]
    fn durations_keep_six_decimals() {
        assert_eq!(seconds(3_003, 90_000), "0.033367");
        assert_eq!(seconds(9_216, 48_000), "0.192000");
    }
}
