//! Blocking playlist reload (RFC 8216bis §6.2.5.2): answer now, wait, or refuse.

use super::snapshot::Snapshot;

/// `_HLS_msn` and `_HLS_part` of a playlist request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Directives {
    /// `_HLS_msn`: the media sequence number the playlist must contain.
    pub msn: Option<u64>,
    /// `_HLS_part`: the part of that segment it must contain; the whole segment when absent.
    pub part: Option<u64>,
}

/// What to do with a playlist request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The playlist of this snapshot holds what was asked for.
    Ready,
    /// A later snapshot will.
    Wait,
    /// It asks for something too far ahead, or for a part without a segment.
    BadRequest(&'static str),
}

/// Decides on a request for the playlist of `snapshot`.
pub fn decide(snapshot: &Snapshot, directives: Directives) -> Decision {
    let Some(msn) = directives.msn else {
        return match directives.part {
            Some(_) => Decision::BadRequest("_HLS_part needs _HLS_msn"),
            None => Decision::Ready,
        };
    };
    if snapshot.ended {
        return Decision::Ready;
    }
    let open = &snapshot.open;
    if msn > open.msn + 2 {
        return Decision::BadRequest("_HLS_msn is more than two segments ahead");
    }
    let Some(part) = directives.part else {
        return if msn < open.msn { Decision::Ready } else { Decision::Wait };
    };
    let (msn, part) = roll_over(snapshot, msn, part);
    let written = open.parts.len() as u64;
    if msn == open.msn && part >= written + advance_limit(snapshot.part_target) {
        return Decision::BadRequest("_HLS_part is too far ahead");
    }
    if msn < open.msn || (msn == open.msn && part < written) {
        Decision::Ready
    } else {
        Decision::Wait
    }
}

/// A part past the end of a complete segment means the first part of the next one.
fn roll_over(snapshot: &Snapshot, msn: u64, part: u64) -> (u64, u64) {
    match snapshot.segment(msn) {
        Some(segment) if msn < snapshot.open.msn && part >= segment.parts.len() as u64 => {
            (msn + 1, 0)
        }
        _ => (msn, part),
    }
}

/// The advance part limit: three seconds of parts, at least three (§6.2.5.2).
fn advance_limit(part_target: u64) -> u64 {
    3_000_000_u64.div_ceil(part_target.max(1)).max(3)
}
