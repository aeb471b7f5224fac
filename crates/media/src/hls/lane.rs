//! A rendition and how far it has followed the stream.

use std::sync::Arc;

use super::{
    clock::{ticks_to_us, us_to_ticks},
    learning::Received,
    multivariant,
    playlist::{self, Context, Report},
    rendition::Rendition,
    snapshot::{Encoded, Snapshot},
};
use crate::TrackKind;

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) name: Arc<str>,
    pub(super) rendition: Rendition,
    pub(super) run: u32,
    /// Media time of its newest frame, microseconds.
    pub(super) newest: i64,
    pub(super) dirty: bool,
}

/// Where a segment may end. Microseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Boundaries {
    pub(super) longest: i64,
    pub(super) shortest: i64,
    /// Media time at which audio must start its next segment.
    pub(super) audio_cut: Option<i64>,
    /// Whether audio waits for `audio_cut` at all.
    pub(super) follows_video: bool,
}

/// What became of a frame. Microseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// Media time of decoding.
    pub(super) time: i64,
    pub(super) composition_offset: i64,
    pub(super) starts_segment: bool,
    /// Media time of showing, ticks.
    pub(super) shown: i64,
}

/// What every playlist of a rendition says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Promises {
    pub(super) target_duration: u32,
    pub(super) part_target: u64,
    /// Microseconds.
    pub(super) part_hold_back: u64,
    pub(super) ended: bool,
}

impl Lane {
    /// Takes a frame, unless it is to be dropped.
    pub(super) fn push(
        &mut self,
        received: &Received,
        run: u32,
        offset: i64,
        boundaries: Boundaries,
    ) -> Option<Taken> {
        let frame = &received.frame;
        if self.run != run {
            if !frame.keyframe {
                return None;
            }
            self.run = run;
            self.rendition.interrupt(&received.config);
        }
        let timescale = self.rendition.shape().timescale;
        let dts = self.rendition.media_time(frame.dts + us_to_ticks(offset, timescale))?;
        let time = ticks_to_us(dts, timescale);
        let step = ticks_to_us(self.rendition.frame_duration(), timescale);
        let length = ticks_to_us(self.rendition.segment_length(dts), timescale);
        let long_enough = length >= boundaries.shortest - step / 2;
        let boundary = match (received.config.kind(), boundaries.follows_video) {
            (TrackKind::Video, _) => frame.keyframe && long_enough,
            (TrackKind::Audio, true) => {
                boundaries.audio_cut.is_some_and(|cut| time >= cut - step / 2)
            }
            (TrackKind::Audio, false) => long_enough,
        };
        if boundary || length + step > boundaries.longest {
            self.rendition.cut(Some(dts));
            self.dirty = true;
        }
        self.newest = time;
        let shown = self.rendition.shown(frame, dts);
        self.dirty |= self.rendition.push(frame, dts);
        let composition_offset = ticks_to_us(frame.pts - frame.dts, timescale);
        Some(Taken { time, composition_offset, starts_segment: boundary, shown })
    }

    /// The part expected next, when the next segment is expected to start at media time `cut`.
    fn hint(&self, cut: Option<i64>) -> (u64, usize) {
        let open = self.rendition.open();
        let timescale = self.rendition.shape().timescale;
        let step = ticks_to_us(self.rendition.frame_duration(), timescale);
        let next = self.newest + step;
        if cut.is_some_and(|cut| next >= cut - step / 2) && !open.is_empty() {
            (open.msn + 1, 0)
        } else {
            (open.msn, open.parts.len())
        }
    }

    /// Its newest part, for the reports of the other renditions.
    pub(super) fn newest_part(&self) -> Option<Report> {
        let segment = match self.rendition.open() {
            open if open.is_empty() => self.rendition.segments().last()?.as_ref(),
            open => open,
        };
        let part = segment.parts.len().checked_sub(1)?;
        Some(Report { name: self.name.clone(), msn: segment.msn, part })
    }

    /// What viewers get from now on. `cut` is where the next segment is expected to start, `reports`
    /// the newest parts of the other renditions.
    pub(super) fn snapshot(
        &mut self,
        promises: Promises,
        cut: Option<i64>,
        reports: &[Report],
    ) -> Arc<Snapshot> {
        self.dirty = false;
        let rendition = &self.rendition;
        let mut snapshot = Snapshot {
            name: self.name.clone(),
            kind: rendition.shape().kind,
            timescale: rendition.shape().timescale,
            frame_duration: rendition.frame_duration().unsigned_abs(),
            bitrate: multivariant::bitrate(rendition).average,
            inits: rendition.inits().to_vec(),
            segments: rendition.segments().to_vec(),
            delisted: rendition.segments().len() - rendition.listed().len(),
            open: Arc::new(rendition.open().clone()),
            hint: self.hint(cut),
            ended: promises.ended,
            target_duration: promises.target_duration,
            part_target: promises.part_target,
            playlist: Encoded::default(),
            delta: Encoded::default(),
        };
        let context = Context {
            listed: rendition.listed(),
            part_hold_back: promises.part_hold_back,
            independent_segments: rendition.independent_segments(),
            reports,
        };
        snapshot.playlist = Encoded::new(playlist::full(&snapshot, context));
        snapshot.delta = Encoded::new(playlist::delta(&snapshot, context));
        Arc::new(snapshot)
    }
}
