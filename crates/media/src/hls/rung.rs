//! A smaller version of the picture, cut where the source is cut.
//!
//! Its frames come late and may stop at any time, but each was made of one picture of the source.
//! So it has no clock of its own: a frame is shown when its picture is, and a segment has the number
//! and the start of the source's. What did not come is a gap.

use std::sync::Arc;

use super::{
    cadence::Cadence,
    clock::{ticks_to_us, us_to_ticks},
    lane::Lane,
    multivariant::Bitrate,
    rendition::Rendition,
};
use crate::{CodecConfig, Frame};

/// A smaller version of the picture that viewers are offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// The name of its playlist and of its folder.
    pub name: Arc<str>,
    /// Picture size in pixels.
    pub width: u32,
    /// See `width`.
    pub height: u32,
    /// Bits per second it is encoded to.
    pub bitrate: u64,
    /// Bits per second of its busiest segment.
    pub peak: u64,
    /// What to expect of its `CODECS`, RFC 6381.
    pub codec: String,
}

/// The rendition of a [`Rung`] whose frames come.
#[derive(Debug)]
pub(super) struct RungLane {
    lane: Lane,
    /// Whether frames are dropped until one begins a segment.
    waiting: bool,
    /// When its newest frame is shown, media time in ticks.
    newest: Option<i64>,
}

impl Rung {
    /// Its bit rates, once `measured` no less than those.
    pub(super) fn rate(&self, measured: Option<Bitrate>) -> Bitrate {
        let measured = measured.unwrap_or_default();
        let average = if measured.average == 0 { self.bitrate } else { measured.average };
        Bitrate { peak: self.peak.max(measured.peak), average }
    }
}

impl RungLane {
    /// A version of `leader` without any frame.
    pub(super) fn new(name: Arc<str>, leader: &Rendition, config: &Arc<CodecConfig>) -> Self {
        let shape = *leader.shape();
        let cadence = Cadence::new(leader.frame_duration(), us_to_ticks(1_500, shape.timescale));
        let rendition = Rendition::new(shape, config.clone(), cadence, 0, 0);
        let lane = Lane { name, rendition, run: 0, newest: 0, dirty: false };
        Self { lane, waiting: true, newest: None }
    }

    /// Which version it is.
    pub(super) fn name(&self) -> &Arc<str> {
        &self.lane.name
    }

    /// Its media.
    pub(super) fn rendition(&self) -> &Rendition {
        &self.lane.rendition
    }

    /// What is published of it.
    pub(super) fn lane(&mut self) -> &mut Lane {
        &mut self.lane
    }

    /// Whether frames come.
    pub(super) fn is_fed(&self) -> bool {
        !self.waiting
    }

    /// Takes a frame made of the picture that `leader` shows at media time `shown`.
    pub(super) fn push(
        &mut self,
        leader: &Rendition,
        frame: &Frame,
        config: &Arc<CodecConfig>,
        shown: i64,
    ) {
        let Some(segment) = leader.segment_at(shown) else { return };
        let open = self.lane.rendition.open().msn;
        if segment.msn < open || self.newest.is_some_and(|newest| shown <= newest) {
            return;
        }
        let begins = (shown - segment.start).abs() <= leader.frame_duration() / 2;
        // Without its first frame, or after segments of which none came, it is torn.
        self.waiting |= segment.msn > open + 1 || (segment.msn > open && !begins);
        if self.waiting {
            if !begins || !frame.keyframe || segment.msn == open {
                return;
            }
            self.catch_up(leader, segment.msn, config);
            self.waiting = false;
        }
        if segment.msn != self.lane.rendition.open().msn || self.newest.is_none() {
            self.lane.rendition.follow(segment, config);
            self.lane.dirty = true;
        }
        self.newest = Some(shown);
        self.lane.newest = ticks_to_us(shown, leader.shape().timescale);
        self.lane.dirty |= self.lane.rendition.push(frame, shown);
    }

    /// No frame comes for now.
    pub(super) fn pause(&mut self) {
        self.waiting = true;
    }

    /// Closes what is open.
    pub(super) fn end(&mut self) {
        self.lane.rendition.cut(None);
        self.lane.dirty = true;
    }

    /// Media time in microseconds at which its next segment starts: known where the source has
    /// begun it, else as `foreseen`.
    pub(super) fn next_cut(&self, leader: &Rendition, foreseen: Option<i64>) -> Option<i64> {
        let begun = leader.segment(self.lane.rendition.open().msn + 1);
        let begun = begun.map(|segment| ticks_to_us(segment.start, leader.shape().timescale));
        begun.or(foreseen)
    }

    /// Marks what is missing before segment `msn` as gaps; where `leader` itself no longer has all
    /// of that, nobody follows any more, and what was is forgotten.
    fn catch_up(&mut self, leader: &Rendition, msn: u64, config: &Arc<CodecConfig>) {
        let rendition = &mut self.lane.rendition;
        let first = rendition.open().msn;
        let missed: Option<Vec<_>> = match self.newest {
            Some(_) => (first..msn).map(|msn| leader.segment(msn)).collect(),
            None => None,
        };
        let Some(missed) = missed else {
            rendition.forget();
            return;
        };
        for segment in missed {
            if segment.msn != first {
                rendition.follow(segment, config);
            }
            rendition.leave_gap(segment);
        }
    }
}
