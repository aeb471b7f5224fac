//! The frame bus of one stream: per track an append-only ring with one writer, where a reader is
//! a cursor.
//!
//! A reader that falls behind the ring's bounds never slows the writer: its cursor moves to the
//! newest keyframe that is still kept, and it is told how much it missed.

mod entry;

use std::{collections::VecDeque, sync::Arc};

use media::{CodecConfig, TrackKind};
use parking_lot::RwLock;
use tokio::sync::watch;

pub use entry::Entry;

use crate::domain::reordering;

/// How much a track keeps.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of coded frames.
    pub bytes: usize,
    /// Microseconds between the oldest and the newest arrival.
    pub span: i64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { bytes: 32 << 20, span: 15_000_000 }
    }
}

/// See the [module](self).
#[derive(Debug)]
pub struct Bus {
    video: RwLock<Ring>,
    audio: RwLock<Ring>,
    written: watch::Sender<u64>,
}

/// A reader's place on both tracks.
#[derive(Debug, Clone)]
pub struct Cursor {
    video: u64,
    audio: u64,
    written: watch::Receiver<u64>,
    /// Frames this reader was too slow for.
    pub missed: u64,
}

#[derive(Debug)]
struct Ring {
    bounds: Bounds,
    entries: VecDeque<Entry>,
    first: u64,
    bytes: usize,
}

impl Bus {
    /// An empty bus.
    pub fn new(bounds: Bounds) -> Self {
        let ring = || RwLock::new(Ring { bounds, entries: VecDeque::new(), first: 0, bytes: 0 });
        Self { video: ring(), audio: ring(), written: watch::Sender::new(0) }
    }

    /// Appends a frame and wakes the readers.
    pub fn write(&self, entry: Entry) {
        self.ring(entry.config.kind()).write().append(entry);
        self.written.send_modify(|count| *count += 1);
    }

    /// A cursor at the oldest frames that are kept.
    pub fn subscribe_from_start(&self) -> Cursor {
        Cursor {
            video: self.video.read().first,
            audio: self.audio.read().first,
            written: self.written.subscribe(),
            missed: 0,
        }
    }

    /// A cursor at the newest keyframe and the sound that came with it; at the end of a stream that
    /// has sent no keyframe yet.
    pub fn subscribe_from_keyframe(&self) -> Cursor {
        let (video, since) = self.video.read().newest_keyframe_and_arrival();
        let audio = self.audio.read().first_since(since);
        Cursor { video, audio, written: self.written.subscribe(), missed: 0 }
    }

    /// Tells of frames that are written.
    pub fn written(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }

    /// What a track is coded with now, if it has brought anything.
    pub fn config(&self, kind: TrackKind) -> Option<Arc<CodecConfig>> {
        Some(self.ring(kind).read().entries.back()?.config.clone())
    }

    /// Whether pictures are shown in another order than they come, as with B-frames.
    pub fn is_reordered(&self) -> bool {
        let video = self.video.read();
        let frames = video.entries.iter().map(|entry| (entry.session, &*entry.frame));
        reordering::is_reordered(frames, video.entries.back().map(|entry| &*entry.config))
    }

    /// The next frame for this cursor, the earlier arrived of the two tracks first; `None` when it
    /// has read everything.
    pub fn read(&self, cursor: &mut Cursor) -> Option<Entry> {
        let video = self.video.read().at(&mut cursor.video, &mut cursor.missed);
        let audio = self.audio.read().at(&mut cursor.audio, &mut cursor.missed);
        let take_video = match (&video, &audio) {
            (Some(video), Some(audio)) => video.arrived <= audio.arrived,
            (video, _) => video.is_some(),
        };
        if take_video {
            cursor.video += 1;
            video
        } else {
            cursor.audio += u64::from(audio.is_some());
            audio
        }
    }

    fn ring(&self, kind: TrackKind) -> &RwLock<Ring> {
        match kind {
            TrackKind::Video => &self.video,
            TrackKind::Audio => &self.audio,
        }
    }
}

impl Cursor {
    /// Waits until something was written after the last call.
    pub async fn wait(&mut self) {
        // The bus outlives its readers' tasks; were it gone, waiting for ever is right.
        if self.written.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Ring {
    fn append(&mut self, entry: Entry) {
        self.bytes += entry.frame.data.len();
        let oldest_allowed = entry.arrived - self.bounds.span;
        self.entries.push_back(entry);
        while self.entries.len() > 1
            && (self.bytes > self.bounds.bytes
                || self.entries.front().is_some_and(|front| front.arrived < oldest_allowed))
        {
            if let Some(dropped) = self.entries.pop_front() {
                self.bytes -= dropped.frame.data.len();
                self.first += 1;
            }
        }
    }

    fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    fn at(&self, next: &mut u64, missed: &mut u64) -> Option<Entry> {
        if *next < self.first {
            let resume = self.newest_keyframe();
            *missed += resume - *next;
            *next = resume;
        }
        self.entries.get(usize::try_from(*next - self.first).ok()?).cloned()
    }

    fn newest_keyframe(&self) -> u64 {
        self.newest_keyframe_and_arrival().0
    }

    fn newest_keyframe_and_arrival(&self) -> (u64, Option<i64>) {
        let mut newest_first = self.entries.iter().rev().enumerate();
        let found = newest_first.find(|(_, entry)| entry.frame.keyframe);
        found.map_or((self.end(), None), |(back, entry)| {
            (self.end() - 1 - back as u64, Some(entry.arrived))
        })
    }

    /// The oldest frame that arrived at `since` or later.
    fn first_since(&self, since: Option<i64>) -> u64 {
        let Some(since) = since else { return self.end() };
        let older = self.entries.partition_point(|entry| entry.arrived < since);
        self.first + older as u64
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use media::{Frame, aac::AudioConfig};

    use super::*;

    fn audio(arrived: i64, bytes: usize, keyframe: bool) -> Entry {
        let config = AudioConfig::parse(Bytes::from_static(&[0x11, 0x90])).unwrap();
        let data = Bytes::from(vec![0; bytes]);
        let frame = Frame { dts: arrived, pts: arrived, keyframe, data };
        Entry::new(frame, Arc::new(CodecConfig::Aac(config)), 1, arrived)
    }

    #[test]
    fn readers_see_every_frame_in_order() {
        let bus = Bus::new(Bounds::default());
        let mut cursor = bus.subscribe_from_start();
        for arrived in 0..10 {
            bus.write(audio(arrived, 10, true));
        }
        let seen: Vec<i64> =
            std::iter::from_fn(|| bus.read(&mut cursor)).map(|entry| entry.arrived).collect();
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
        assert_eq!(cursor.missed, 0);
    }

    #[test]
    fn a_slow_reader_jumps_to_the_newest_keyframe() {
        let bus = Bus::new(Bounds { bytes: 100, span: i64::MAX / 2 });
        let mut cursor = bus.subscribe_from_start();
        for arrived in 0..20 {
            bus.write(audio(arrived, 10, arrived % 4 == 0));
        }
        assert_eq!(bus.audio.read().bytes, 100);
        assert_eq!(bus.read(&mut cursor).unwrap().arrived, 16);
        assert_eq!(cursor.missed, 16);
    }

    #[test]
    fn old_frames_leave_by_age() {
        let bus = Bus::new(Bounds { bytes: usize::MAX, span: 5 });
        for arrived in 0..20 {
            bus.write(audio(arrived, 10, true));
        }
        assert_eq!(bus.audio.read().bytes, 60);
    }
}
