//! A stream whose playlists are out: what they promised, and where on the clock it is.

use std::{collections::VecDeque, sync::Arc};

use super::{
    AUDIO, VIDEO,
    cadence::Cadence,
    clock::{ticks_to_us, us_to_ticks},
    keyframes::Keyframes,
    lane::{Boundaries, Lane, Promises},
    learning::{Learnt, Received, Track},
    multivariant,
    packager::Settings,
    playlist::Report,
    rendition::{Rendition, Shape},
    rung::{Rung, RungLane},
    snapshot::Snapshot,
};
use crate::{CodecConfig, Frame, TrackKind};

/// Discontinuity numbers start from the wall clock too, so that a restart is told from what was
/// before, but stay small: hls.js keeps an array as long as the number and copies it. Wraps in
/// three days.
const DISCONTINUITY_SECONDS: u64 = 4;
const DISCONTINUITY_WRAP: u64 = 65_536;
/// A gap in the publisher's time beyond this is a discontinuity (microseconds).
const MAX_GAP: i64 = 3_000_000;
/// A track's time running backwards beyond this is one too; less is a stray frame to drop.
const MAX_BACKWARDS: i64 = 200_000;
/// Pictures of the source whose time is remembered for versions of them: 17 s at 60 a second.
const MOMENTS: usize = 1_024;

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Live {
    video: Option<Lane>,
    audio: Option<Lane>,
    rungs: Vec<RungLane>,
    /// When the source's newest pictures are shown.
    moments: VecDeque<Moment>,
    target_duration: u32,
    part_target: i64,
    epoch: i64,
    /// Add to the publisher's time to get media time, microseconds.
    offset: i64,
    /// Counts stretches of continuous media; each rendition starts one with a discontinuity.
    run: u32,
    /// Where, in media time, audio must start its next segment.
    audio_cut: Option<i64>,
    /// The furthest media time seen in this run, microseconds.
    newest: i64,
    keyframes: Keyframes,
}

/// A picture of the source and when it is shown.
#[derive(Debug, Clone, Copy)]
struct Moment {
    session: u64,
    /// Ticks of the publisher's clock.
    pts: i64,
    /// Media time, ticks.
    shown: i64,
}

impl Live {
    pub(super) fn start(learnt: Learnt, settings: &Settings) -> Self {
        // Numbering from the wall clock lets a playlist go on after a restart of the process:
        // segments last over a second, so a later start always has the higher number.
        let first = u64::try_from(learnt.epoch / 1_000_000).unwrap_or(0);
        let discontinuities = first / DISCONTINUITY_SECONDS % DISCONTINUITY_WRAP;
        let target = i64::from(learnt.target_duration) * 1_000_000;
        let lane = |track: Track| {
            let timescale = track.config.timescale();
            let ticks = |us| u64::try_from(us_to_ticks(us, timescale)).unwrap_or(0);
            let shape = Shape {
                kind: track.config.kind(),
                timescale,
                part_target: us_to_ticks(learnt.part_target, timescale),
                epoch: learnt.epoch,
                window: ticks(settings.window.max(8 * target)),
                max_bytes: settings.max_bytes,
                min_window: ticks(3 * target),
            };
            let tolerance = match shape.kind {
                TrackKind::Video => us_to_ticks(1_500, timescale),
                TrackKind::Audio => track.frame_duration,
            };
            let cadence = Cadence::new(track.frame_duration, tolerance);
            let name = if shape.kind == TrackKind::Video { VIDEO } else { AUDIO };
            Lane {
                name: name.into(),
                rendition: Rendition::new(shape, track.config, cadence, first, discontinuities),
                run: 0,
                newest: 0,
                dirty: false,
            }
        };
        let mut live = Self {
            target_duration: learnt.target_duration,
            part_target: learnt.part_target,
            epoch: learnt.epoch,
            offset: learnt.offset,
            run: 0,
            audio_cut: None,
            newest: 0,
            keyframes: Keyframes::default(),
            video: learnt.video.map(lane),
            audio: learnt.audio.map(lane),
            rungs: Vec::new(),
            moments: VecDeque::new(),
        };
        for received in &learnt.frames {
            live.push(received, settings);
        }
        live
    }

    /// Whether a frame fits the renditions that were promised, and those are all being fed.
    pub(super) fn can_carry(&self, received: &Received) -> bool {
        let lane = match received.config.kind() {
            TrackKind::Video => &self.video,
            TrackKind::Audio => &self.audio,
        };
        let patience = i64::from(self.target_duration.max(2)) * 3_000_000;
        let fed = [&self.video, &self.audio].into_iter().flatten().all(|lane| {
            // A lane that has not reached this run is judged by how long the run has gone on.
            self.newest - lane.newest < patience
        });
        let fits = lane
            .as_ref()
            .is_some_and(|lane| lane.rendition.shape().timescale == received.config.timescale());
        fits && fed
    }

    pub(super) fn push(&mut self, received: &Received, settings: &Settings) {
        if self.jumps(received) {
            self.start_run(received);
        }
        let changed = self
            .lane(received.config.kind())
            .is_some_and(|lane| lane.rendition.config().is_some_and(|c| *c != received.config));
        if changed {
            self.run += 1;
        }
        self.newest = self.newest.max(received.time() + self.offset);
        let boundaries = Boundaries {
            longest: i64::from(self.target_duration) * 1_000_000 + 499_000,
            shortest: settings.min_segment,
            audio_cut: self.audio_cut,
            follows_video: self.video.is_some(),
        };
        let (run, offset, kind) = (self.run, self.offset, received.config.kind());
        let Some(lane) = self.lane(kind) else { return };
        let Some(taken) = lane.push(received, run, offset, boundaries) else { return };
        if kind == TrackKind::Video {
            if self.moments.len() == MOMENTS {
                self.moments.pop_front();
            }
            let (session, pts) = (received.session, received.frame.pts);
            self.moments.push_back(Moment { session, pts, shown: taken.shown });
            let shown = taken.time + taken.composition_offset;
            if received.frame.keyframe {
                self.keyframes.saw(taken.time, taken.composition_offset);
            }
            if taken.starts_segment {
                self.audio_cut = Some(shown);
            }
        } else if taken.starts_segment {
            self.audio_cut = None;
        }
    }

    fn jumps(&self, received: &Received) -> bool {
        let lane = match received.config.kind() {
            TrackKind::Video => &self.video,
            TrackKind::Audio => &self.audio,
        };
        let time = received.time() + self.offset;
        let backwards = lane.as_ref().is_some_and(|lane| time < lane.newest - MAX_BACKWARDS);
        backwards || (self.newest != 0 && time > self.newest + MAX_GAP)
    }

    /// Starts a new stretch of media with this frame, at its place on the wall clock.
    pub(super) fn start_run(&mut self, received: &Received) {
        self.run += 1;
        self.audio_cut = None;
        self.keyframes = Keyframes::default();
        let arrived = (received.arrived - self.epoch).max(self.newest + 1_000);
        self.offset = arrived - received.time();
        self.newest = arrived;
        for lane in self.lanes() {
            lane.newest = arrived;
        }
    }

    pub(super) fn publish(&mut self, settings: &Settings, ended: bool) -> Vec<Arc<Snapshot>> {
        let part_target = u64::try_from(self.part_target).unwrap_or(0);
        let promises = Promises {
            target_duration: self.target_duration,
            part_target,
            part_hold_back: part_target * u64::from(settings.hold_back_parts.max(3)),
            ended,
        };
        let cut = self.next_video_cut(settings);
        let shown_cut = cut.map(|cut| self.keyframes.shown(cut));
        let audio_cut = self.audio_cut.or(shown_cut);
        let reports = self.reports();
        let Self { video, audio, rungs, .. } = self;
        let mut published = Vec::new();
        let mut publish = |lane: &mut Lane, cut| {
            if lane.dirty {
                let others = |report: &&Report| report.name != lane.name;
                let others: Vec<Report> = reports.iter().filter(others).cloned().collect();
                published.push(lane.snapshot(promises, cut, &others));
            }
        };
        if let Some(leader) = video {
            publish(leader, cut);
            for rung in rungs {
                let cut = rung.next_cut(&leader.rendition, shown_cut);
                publish(rung.lane(), cut);
            }
        }
        if let Some(lane) = audio {
            publish(lane, audio_cut);
        }
        published
    }

    /// The newest parts of all renditions that go on.
    fn reports(&mut self) -> Vec<Report> {
        let rungs = self.rungs.iter_mut().filter(|rung| rung.is_fed()).map(RungLane::lane);
        let source = self.video.iter_mut().chain(&mut self.audio);
        source.chain(rungs).filter_map(|lane| lane.newest_part()).collect()
    }

    /// Takes a frame of a smaller version of the picture, see
    /// [`Packager::push_rung`](super::Packager::push_rung).
    pub(super) fn push_rung(
        &mut self,
        name: &Arc<str>,
        frame: &Frame,
        config: &Arc<CodecConfig>,
        session: u64,
    ) {
        let Some(leader) = self.video.as_ref().map(|lane| &lane.rendition) else { return };
        let is_source = |moment: &&Moment| (moment.session, moment.pts) == (session, frame.pts);
        let Some(moment) = self.moments.iter().rev().find(is_source) else { return };
        if leader.shape().timescale != config.timescale() {
            return;
        }
        let known = self.rungs.iter().position(|rung| rung.name() == name);
        let at = known.unwrap_or_else(|| {
            self.rungs.push(RungLane::new(name.clone(), leader, config));
            self.rungs.len() - 1
        });
        if let Some(rung) = self.rungs.get_mut(at) {
            rung.push(leader, frame, config, moment.shown);
        }
    }

    pub(super) fn pause_rung(&mut self, name: &str) {
        if let Some(rung) = self.rungs.iter_mut().find(|rung| **rung.name() == *name) {
            rung.pause();
        }
    }

    /// Closes what is open of the source.
    pub(super) fn interrupt(&mut self) {
        for lane in self.lanes() {
            lane.rendition.cut(None);
            lane.dirty = true;
        }
    }

    /// Closes everything.
    pub(super) fn end(&mut self) {
        self.interrupt();
        for rung in &mut self.rungs {
            rung.end();
        }
    }

    /// Media time, in microseconds, at which the video rendition is expected to start its next
    /// segment.
    fn next_video_cut(&self, settings: &Settings) -> Option<i64> {
        let rendition = &self.video.as_ref()?.rendition;
        let timescale = rendition.shape().timescale;
        let earliest = ticks_to_us(rendition.open_start()?, timescale) + settings.min_segment
            - ticks_to_us(rendition.frame_duration(), timescale) / 2;
        self.keyframes.first_from(earliest)
    }

    pub(super) fn multivariant(&self, rungs: &[Rung]) -> String {
        multivariant::render(
            self.video.as_ref().map(|lane| &lane.rendition),
            self.audio.as_ref().map(|lane| &lane.rendition),
            rungs,
            &self.rungs,
        )
    }

    fn lane(&mut self, kind: TrackKind) -> Option<&mut Lane> {
        match kind {
            TrackKind::Video => self.video.as_mut(),
            TrackKind::Audio => self.audio.as_mut(),
        }
    }

    fn lanes(&mut self) -> impl Iterator<Item = &mut Lane> {
        self.video.iter_mut().chain(&mut self.audio)
    }
}
