//! Turns a stream's frames into renditions that share one clock.

use std::sync::Arc;

use super::{
    learning::{Learning, Received},
    live::Live,
    rung::Rung,
    snapshot::{Encoded, Snapshot},
};
use crate::{CodecConfig, Frame};

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
    rungs: Vec<Rung>,
    changes: Changes,
}

impl Packager {
    /// A packager that has seen nothing.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            learning: Learning::default(),
            live: None,
            session: 0,
            rungs: Vec::new(),
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
        let received = Received { frame: frame.clone(), config: config.clone(), session, arrived };
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

    /// Offers these smaller versions of the picture, best first, besides the source itself. Their
    /// frames may come or not.
    pub fn offer(&mut self, rungs: Vec<Rung>) {
        self.rungs = rungs;
        if let Some(live) = &self.live {
            self.changes.multivariant = Some(Encoded::new(live.multivariant(&self.rungs)));
        }
    }

    /// Takes a frame of an offered version. It was made of the picture that publishing session
    /// `session` sent to be shown at the same time, and is dropped where that is not known. Frames
    /// come in order of showing.
    pub fn push_rung(
        &mut self,
        name: &str,
        frame: &Arc<Frame>,
        config: &Arc<CodecConfig>,
        session: u64,
    ) {
        let Some(live) = &mut self.live else { return };
        let Some(rung) = self.rungs.iter().find(|rung| *rung.name == *name) else { return };
        live.push_rung(&rung.name, frame, config, session);
        self.collect(false);
    }

    /// No frames of this version come for now; what was begun is left with a gap if they come
    /// again.
    pub fn pause_rung(&mut self, name: &str) {
        if let Some(live) = &mut self.live {
            live.pause_rung(name);
        }
    }

    /// Closes what is open: the publisher is gone, perhaps to come back.
    pub fn interrupt(&mut self) {
        self.learning.reset();
        if let Some(live) = &mut self.live {
            live.interrupt();
        }
        self.collect(false);
    }

    /// Closes what is open and marks the playlists as ended.
    pub fn end(&mut self) {
        self.interrupt();
        if let Some(live) = &mut self.live {
            live.end();
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
        self.changes.multivariant = Some(Encoded::new(live.multivariant(&self.rungs)));
        self.changes.renditions.retain(|old| published.iter().all(|new| new.name != old.name));
        self.changes.renditions.append(&mut published);
    }
}
