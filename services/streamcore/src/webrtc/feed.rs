//! What the viewers in one thread are sent of one stream: its last pictures and sounds, cut up for
//! RTP and placed on one clock.
//!
//! The last keyframe and all that came since is kept, so that whoever comes can begin at once. A
//! viewer is a place in here; the pieces themselves are shared by all threads.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use media::TrackKind;

use super::timeline::Timeline;
use crate::{
    bus::{Cursor, Entry},
    live::LiveStream,
};

/// Frames stay at least this long, for viewers who have not been sent all of them. Microseconds.
const TAIL: i64 = 1_000_000;
/// Nothing stays longer, keyframe or not. Microseconds.
const LONGEST: i64 = 15_000_000;

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Feed {
    live: Arc<LiveStream>,
    cursor: Cursor,
    timeline: Timeline,
    items: VecDeque<Item>,
    first: u64,
    pictures: u64,
    /// The newest keyframe.
    keyframe: Option<u64>,
    newest_picture: Option<Picture>,
    playable: bool,
}

/// One frame.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) kind: TrackKind,
    pub(super) payloads: Arc<[Arc<[u8]>]>,
    /// How many pictures came before it.
    pub(super) pictures: u64,
    /// Its time in ticks of the RTP clock of its codec.
    pub(super) time: u64,
    /// When it was seen or heard, on our clock.
    pub(super) instant: Instant,
    arrived: i64,
}

/// Where a viewer begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// At this frame, a keyframe if the stream has pictures.
    pub(super) item: u64,
    /// Frames before this one are the past: they are needed to decode, not to be seen.
    pub(super) live: u64,
    /// Pictures before the present.
    pub(super) pictures: u64,
    /// The time of the newest picture.
    pub(super) time: u64,
}

#[derive(Debug, Clone, Copy)]
struct Picture {
    session: u64,
    pts: i64,
}

impl Feed {
    /// Follows a stream from its newest keyframe on.
    pub(super) fn new(live: Arc<LiveStream>, now: Instant) -> Self {
        let cursor = live.bus.subscribe_from_keyframe();
        Self {
            live,
            cursor,
            timeline: Timeline::new(now),
            items: VecDeque::new(),
            first: 0,
            pictures: 0,
            keyframe: None,
            newest_picture: None,
            playable: true,
        }
    }

    /// The stream.
    pub(super) fn live(&self) -> &Arc<LiveStream> {
        &self.live
    }

    /// Takes in what came since the last time.
    pub(super) fn read(&mut self) {
        while let Some(entry) = self.live.bus.read(&mut self.cursor) {
            self.push(&entry);
        }
    }

    /// Whether WebRTC can carry what came last: a publisher may come back with B-frames.
    pub(super) fn is_playable(&self) -> bool {
        self.playable
    }

    /// The frame of this number, if it is (still, or already) here.
    pub(super) fn item(&self, number: u64) -> Option<&Item> {
        self.items.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    /// Where somebody begins who comes now.
    pub(super) fn start(&self) -> Option<Start> {
        let end = self.first + self.items.len() as u64;
        let Some(keyframe) = self.keyframe else {
            // Sound alone can begin anywhere.
            let start = Start { item: end, live: end, pictures: 0, time: 0 };
            return (self.pictures == 0 && !self.items.is_empty()).then_some(start);
        };
        let newest = self.items.iter().rev().find(|item| item.kind == TrackKind::Video)?;
        let (pictures, time) = (newest.pictures, newest.time);
        Some(Start { item: keyframe, live: end, pictures, time })
    }

    /// Whether a viewer at this frame is so far behind that it should begin anew.
    pub(super) fn is_behind(&self, number: u64) -> bool {
        if number < self.first {
            return true;
        }
        let newest = self.items.back().map_or(0, |item| item.arrived);
        let late = self.item(number).is_some_and(|item| newest - item.arrived > TAIL);
        late && self.keyframe.is_some_and(|keyframe| keyframe > number)
    }

    fn push(&mut self, entry: &Entry) {
        let kind = entry.config.kind();
        if kind == TrackKind::Video {
            self.note_picture(entry);
        }
        let placed = self.timeline.place(entry);
        let number = self.first + self.items.len() as u64;
        if kind == TrackKind::Video && entry.frame.keyframe {
            self.keyframe = Some(number);
        }
        self.items.push_back(Item {
            kind,
            payloads: entry.payloads(),
            pictures: self.pictures,
            time: placed.time,
            instant: placed.instant,
            arrived: entry.arrived,
        });
        self.pictures += u64::from(kind == TrackKind::Video);
        self.forget(entry.arrived);
    }

    fn note_picture(&mut self, entry: &Entry) {
        let picture = Picture { session: entry.session, pts: entry.frame.pts };
        self.playable = self
            .newest_picture
            .is_none_or(|last| last.session != picture.session || last.pts < picture.pts);
        self.newest_picture = Some(picture);
    }

    fn forget(&mut self, newest: i64) {
        while let Some(oldest) = self.items.front() {
            let age = newest - oldest.arrived;
            let needed = self.keyframe.is_some_and(|keyframe| self.first >= keyframe);
            if age <= TAIL || (needed && age <= LONGEST) {
                return;
            }
            if self.keyframe == Some(self.first) {
                self.keyframe = None;
            }
            self.items.pop_front();
            self.first += 1;
        }
    }
}

/// How far apart pictures of the past are placed: close enough to be over at once, far enough to
/// be told apart. Ticks of 90 kHz.
const SQUEEZED: u64 = 90;

impl Start {
    /// The time to send a picture with, and how much earlier that is than its own. Pictures of the
    /// past end at the present instead of spreading over the time they were taken in, or the
    /// viewer's player would stay as far behind as the keyframe is old.
    pub(super) fn squeeze(&self, item: &Item) -> u64 {
        let before = self.pictures.saturating_sub(item.pictures);
        self.time.saturating_sub(before * SQUEEZED)
    }
}

/// The instant that belongs to a time which differs from an item's own.
pub(super) fn instant_at(item: &Item, time: u64) -> Instant {
    const CLOCK: u64 = 90_000;
    let micros = |ticks: u64| Duration::from_micros(ticks.saturating_mul(1_000_000) / CLOCK);
    if time >= item.time {
        item.instant + micros(time - item.time)
    } else {
        item.instant.checked_sub(micros(item.time - time)).unwrap_or(item.instant)
    }
}
