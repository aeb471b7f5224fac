//! Cuts a stream's frames into renditions that share one clock.

use std::sync::Arc;

use super::{
    cadence::Cadence,
    clock::{ticks_to_us, us_to_ticks},
    learning::{Learning, Learnt, Received, Track},
    multivariant,
    playlist::{self, Context},
    rendition::{Rendition, Shape},
    snapshot::{Encoded, Snapshot},
};
use crate::{CodecConfig, Frame, TrackKind};

/// A gap in the publisher's time beyond this is a discontinuity (microseconds).
const MAX_GAP: i64 = 3_000_000;
/// A track's time running backwards beyond this is one too; less is a stray frame to drop.
const MAX_BACKWARDS: i64 = 200_000;

/// How streams are packaged. Times in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Wanted length of a part; rounded to whole frames.
    pub part: i64,
    /// Parts a player should stay behind the live edge (`PART-HOLD-BACK`), at least 3.
    pub hold_back_parts: u32,
    /// Shortest segment: the first keyframe after it starts the next one.
    pub min_segment: i64,
    /// Longest distance between keyframes that is waited for; longer ones are cut without one.
    pub max_gop: i64,
    /// Listed length of a playlist; at least eight target durations whatever this says.
    pub window: i64,
    /// Bytes kept per rendition at most, as long as three target durations remain.
    pub max_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            part: 200_000,
            hold_back_parts: 5,
            min_segment: 2_000_000,
            max_gop: 12_000_000,
            window: 30_000_000,
            max_bytes: 128 << 20,
        }
    }
}

/// What changed since it was last asked.
#[derive(Debug, Default)]
pub struct Changes {
    /// A new multivariant playlist.
    pub multivariant: Option<Encoded>,
    /// New snapshots, at most one per rendition.
    pub renditions: Vec<Arc<Snapshot>>,
    /// Whether everything published before is void: a new presentation began.
    pub restarted: bool,
}

/// Sans-IO HLS packager of one stream. See the [module](self).
#[derive(Debug)]
pub struct Packager {
    settings: Settings,
    learning: Learning,
    live: Option<Box<Live>>,
    session: u64,
    changes: Changes,
}

/// A stream whose playlists are out.
#[derive(Debug)]
struct Live {
    video: Option<Lane>,
    audio: Option<Lane>,
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

/// Where the keyframes of this run lie in media time, microseconds, to foresee the next one.
#[derive(Debug, Default, Clone, Copy)]
struct Keyframes {
    last: Option<i64>,
    interval: Option<i64>,
    /// From decoding to showing.
    composition_offset: i64,
}

/// A rendition and how far it has followed the stream.
#[derive(Debug)]
struct Lane {
    rendition: Rendition,
    run: u32,
    /// Media time of its newest frame, microseconds.
    newest: i64,
    dirty: bool,
}

impl Packager {
    /// A packager that has seen nothing.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            learning: Learning::default(),
            live: None,
            session: 0,
            changes: Changes::default(),
        }
    }

    /// Takes a frame of publishing session number `session`, which arrived at `arrived`
    /// (microseconds since 1970). A new session number starts a discontinuity.
    pub fn push(
        &mut self,
        frame: &Arc<Frame>,
        config: &Arc<CodecConfig>,
        session: u64,
        arrived: i64,
    ) {
        let received = Received { frame: frame.clone(), config: config.clone(), arrived };
        let new_session = std::mem::replace(&mut self.session, session) != session;
        if new_session {
            self.learning.reset();
        }
        if self.live.as_ref().is_some_and(|live| !live.can_carry(&received)) {
            self.live = None;
        }
        match &mut self.live {
            Some(live) => {
                if new_session {
                    live.start_run(&received);
                }
                live.push(&received, &self.settings);
            }
            None => {
                if let Some(learnt) = self.learning.push(received, &self.settings) {
                    self.changes.restarted = true;
                    self.live = Some(Box::new(Live::start(learnt, &self.settings)));
                }
            }
        }
        self.collect(false);
    }

    /// Closes what is open: the publisher is gone, perhaps to come back.
    pub fn interrupt(&mut self) {
        self.learning.reset();
        if let Some(live) = &mut self.live {
            for lane in live.lanes() {
                lane.rendition.cut();
                lane.dirty = true;
            }
        }
        self.collect(false);
    }

    /// Closes what is open and marks the playlists as ended.
    pub fn end(&mut self) {
        self.interrupt();
        if let Some(live) = &mut self.live {
            for lane in live.lanes() {
                lane.dirty = true;
            }
        }
        self.collect(true);
        self.live = None;
    }

    /// What changed since the last call.
    pub fn take_changes(&mut self) -> Changes {
        std::mem::take(&mut self.changes)
    }

    fn collect(&mut self, ended: bool) {
        let Some(live) = &mut self.live else { return };
        let mut published = live.publish(&self.settings, ended);
        if published.is_empty() {
            return;
        }
        self.changes.multivariant = Some(Encoded::new(live.multivariant()));
        self.changes.renditions.retain(|old| published.iter().all(|new| new.kind != old.kind));
        self.changes.renditions.append(&mut published);
    }
}

impl Live {
    fn start(learnt: Learnt, settings: &Settings) -> Self {
        // Numbering from the wall clock lets a playlist go on after a restart of the process:
        // segments last over a second, so a later start always has the higher number.
        let first = u64::try_from(learnt.epoch / 1_000_000).unwrap_or(0);
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
            Lane {
                rendition: Rendition::new(shape, track.config, cadence, first, first),
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
        };
        for received in &learnt.frames {
            live.push(received, settings);
        }
        live
    }

    /// Whether a frame fits the renditions that were promised, and those are all being fed.
    fn can_carry(&self, received: &Received) -> bool {
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

    fn push(&mut self, received: &Received, settings: &Settings) {
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
    fn start_run(&mut self, received: &Received) {
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

    fn publish(&mut self, settings: &Settings, ended: bool) -> Vec<Arc<Snapshot>> {
        let cut = self.next_video_cut(settings);
        let reports = [newest_part(self.audio.as_ref()), newest_part(self.video.as_ref())];
        let part_target = u64::try_from(self.part_target).unwrap_or(0);
        let target_duration = self.target_duration;
        let cuts = [cut, self.audio_cut.or(cut.map(|at| at + self.keyframes.composition_offset))];
        [&mut self.video, &mut self.audio]
            .into_iter()
            .zip(reports)
            .zip(cuts)
            .filter_map(|((lane, report), cut)| Some((lane.as_mut()?, report, cut)))
            .filter(|(lane, ..)| lane.dirty)
            .map(|(lane, report, cut)| {
                lane.dirty = false;
                let context = Context {
                    listed: lane.rendition.listed(),
                    part_hold_back: part_target * u64::from(settings.hold_back_parts.max(3)),
                    independent_segments: lane.rendition.independent_segments(),
                    report,
                };
                let promises = Promises { target_duration, part_target, ended };
                snapshot(&lane.rendition, context, promises, lane.hint(cut))
            })
            .collect()
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

    fn multivariant(&self) -> String {
        multivariant::render(
            self.video.as_ref().map(|lane| &lane.rendition),
            self.audio.as_ref().map(|lane| &lane.rendition),
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

impl Keyframes {
    fn saw(&mut self, time: i64, composition_offset: i64) {
        self.interval = self.last.map(|last| time - last).filter(|interval| *interval > 0);
        self.last = Some(time);
        self.composition_offset = composition_offset;
    }

    /// The first keyframe at or after `earliest`, if they go on coming as they did.
    fn first_from(&self, earliest: i64) -> Option<i64> {
        let (last, interval) = self.last.zip(self.interval)?;
        let intervals = (earliest - last + interval - 1).div_euclid(interval).max(1);
        Some(last + intervals * interval)
    }
}

impl Lane {
    /// Takes a frame, unless it is to be dropped.
    fn push(
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
            self.rendition.cut();
            self.dirty = true;
        }
        self.newest = time;
        self.dirty |= self.rendition.push(frame, dts);
        let composition_offset = ticks_to_us(frame.pts - frame.dts, timescale);
        Some(Taken { time, composition_offset, starts_segment: boundary })
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
}

fn newest_part(lane: Option<&Lane>) -> Option<(TrackKind, u64, usize)> {
    let rendition = &lane?.rendition;
    let segment = match rendition.open() {
        open if open.is_empty() => rendition.segments().last()?.as_ref(),
        open => open,
    };
    Some((rendition.shape().kind, segment.msn, segment.parts.len().checked_sub(1)?))
}

/// Where a segment may end. Microseconds.
#[derive(Debug, Clone, Copy)]
struct Boundaries {
    longest: i64,
    shortest: i64,
    /// Media time at which audio must start its next segment.
    audio_cut: Option<i64>,
    /// Whether audio waits for `audio_cut` at all.
    follows_video: bool,
}

/// What became of a frame. Microseconds.
#[derive(Debug, Clone, Copy)]
struct Taken {
    /// Media time of decoding.
    time: i64,
    composition_offset: i64,
    starts_segment: bool,
}

/// What every playlist of a rendition says.
#[derive(Debug, Clone, Copy)]
struct Promises {
    target_duration: u32,
    part_target: u64,
    ended: bool,
}

fn snapshot(
    rendition: &Rendition,
    context: Context<'_>,
    promises: Promises,
    hint: (u64, usize),
) -> Arc<Snapshot> {
    let Promises { target_duration, part_target, ended } = promises;
    let mut snapshot = Snapshot {
        kind: rendition.shape().kind,
        timescale: rendition.shape().timescale,
        frame_duration: rendition.frame_duration().unsigned_abs(),
        bitrate: multivariant::bitrate(rendition).average,
        inits: rendition.inits().to_vec(),
        segments: rendition.segments().to_vec(),
        open: Arc::new(rendition.open().clone()),
        hint,
        ended,
        target_duration,
        part_target,
        playlist: Encoded::default(),
        delta: Encoded::default(),
    };
    snapshot.playlist = Encoded::new(playlist::full(&snapshot, context));
    snapshot.delta = Encoded::new(playlist::delta(&snapshot, context));
    Arc::new(snapshot)
}
