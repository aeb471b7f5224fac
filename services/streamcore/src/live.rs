//! The streams that are on air, or were a moment ago.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use media::{
    TrackKind,
    hls::{Encoded, Snapshot},
};
use parking_lot::{Mutex, RwLock};
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    bus::{Bounds, Bus},
    domain::{slug::Slug, stream::Stream, stream_key::KeyHash},
};

/// Every stream on air, by slug.
#[derive(Debug, Default)]
pub struct LiveStreams {
    by_slug: RwLock<BTreeMap<Slug, Arc<LiveStream>>>,
    sessions: AtomicU64,
}

/// One stream on air: its bus, its publisher and what its audience is answered from.
#[derive(Debug)]
pub struct LiveStream {
    /// Who it is.
    pub stream: Stream,
    /// Its frames.
    pub bus: Bus,
    /// When it came on air.
    pub started_at: OffsetDateTime,
    /// The multivariant playlist, once there is one.
    pub multivariant: watch::Sender<Option<Encoded>>,
    video: watch::Sender<Option<Arc<Snapshot>>>,
    audio: watch::Sender<Option<Arc<Snapshot>>>,
    publisher: Mutex<Option<Publisher>>,
    publishing: watch::Sender<bool>,
}

/// Who is publishing now.
#[derive(Debug, Clone)]
struct Publisher {
    session: u64,
    key: KeyHash,
    stop: CancellationToken,
}

/// The right to write to a stream's bus; given back when dropped.
#[derive(Debug)]
pub struct Lease {
    live: Arc<LiveStream>,
    session: u64,
    /// Cancelled when the publisher must go: its key was changed or the service stops.
    pub stop: CancellationToken,
}

/// Somebody else is publishing the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stream is already being published; stop the other encoder first")]
pub struct AlreadyPublishing;

impl LiveStreams {
    /// Takes the stream for a publisher. The second value is set for a stream that was not on air:
    /// the caller starts its packaging.
    pub fn publish(
        self: &Arc<Self>,
        stream: Stream,
        key: KeyHash,
        now: OffsetDateTime,
        parent: &CancellationToken,
    ) -> Result<(Lease, Option<Arc<LiveStream>>), AlreadyPublishing> {
        let mut by_slug = self.by_slug.write();
        let session = self.sessions.fetch_add(1, Ordering::Relaxed) + 1;
        let on_air = by_slug.get(&stream.slug).filter(|live| live.stream.id == stream.id).cloned();
        let fresh = on_air.is_none();
        let live = on_air.unwrap_or_else(|| Arc::new(LiveStream::new(stream.clone(), now)));
        let lease = live.lease(session, key, parent.child_token())?;
        if fresh {
            by_slug.insert(stream.slug, live.clone());
        }
        Ok((lease, fresh.then_some(live)))
    }

    /// The stream of this name, if it is on air.
    pub fn get(&self, slug: &str) -> Option<Arc<LiveStream>> {
        let slug = Slug::parse(slug).ok()?;
        self.by_slug.read().get(&slug).cloned()
    }

    /// All streams on air, by slug.
    pub fn all(&self) -> Vec<Arc<LiveStream>> {
        self.by_slug.read().values().cloned().collect()
    }

    /// Takes a stream off air unless somebody publishes it again. Returns whether it is gone.
    pub fn remove(&self, live: &Arc<LiveStream>) -> bool {
        let mut by_slug = self.by_slug.write();
        if live.publisher.lock().is_some() {
            return false;
        }
        if by_slug.get(&live.stream.slug).is_some_and(|there| Arc::ptr_eq(there, live)) {
            by_slug.remove(&live.stream.slug);
        }
        true
    }
}

impl LiveStream {
    fn new(stream: Stream, now: OffsetDateTime) -> Self {
        Self {
            stream,
            bus: Bus::new(Bounds::default()),
            started_at: now,
            multivariant: watch::Sender::new(None),
            video: watch::Sender::new(None),
            audio: watch::Sender::new(None),
            publisher: Mutex::new(None),
            publishing: watch::Sender::new(false),
        }
    }

    /// Where the snapshots of a rendition appear.
    pub fn rendition(&self, kind: TrackKind) -> &watch::Sender<Option<Arc<Snapshot>>> {
        match kind {
            TrackKind::Video => &self.video,
            TrackKind::Audio => &self.audio,
        }
    }

    /// Whether a publisher is connected.
    pub fn publishing(&self) -> watch::Receiver<bool> {
        self.publishing.subscribe()
    }

    /// Sends the publisher away unless it came with this key. Returns whether it was sent away.
    pub fn keep_only(&self, key: Option<&KeyHash>) -> bool {
        let publisher = self.publisher.lock();
        let Some(publisher) = publisher.as_ref() else { return false };
        let stale = key != Some(&publisher.key);
        if stale {
            publisher.stop.cancel();
        }
        stale
    }

    fn lease(
        self: &Arc<Self>,
        session: u64,
        key: KeyHash,
        stop: CancellationToken,
    ) -> Result<Lease, AlreadyPublishing> {
        let mut publisher = self.publisher.lock();
        if publisher.is_some() {
            return Err(AlreadyPublishing);
        }
        *publisher = Some(Publisher { session, key, stop: stop.clone() });
        self.publishing.send_replace(true);
        Ok(Lease { live: self.clone(), session, stop })
    }
}

impl Lease {
    /// The stream that may be written to.
    pub fn live(&self) -> &Arc<LiveStream> {
        &self.live
    }

    /// The number of this publishing session.
    pub fn session(&self) -> u64 {
        self.session
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut publisher = self.live.publisher.lock();
        if publisher.as_ref().is_some_and(|publisher| publisher.session == self.session) {
            *publisher = None;
            self.live.publishing.send_replace(false);
        }
    }
}
