//! The streams that are on air, or were a moment ago.

mod lease;
mod manifest;

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use api::plan::{Limit, LimitKind, PlanCode};
use chassis::{
    Problem,
    entitlements::{Entitled, Plans},
};
use media::{
    CodecConfig,
    hls::{AUDIO, Encoded, Snapshot, VIDEO},
};
use parking_lot::{Mutex, RwLock};
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use self::lease::{AlreadyPublishing, Dismissal, Lease};
use self::{lease::Publisher, manifest::Manifest};
use crate::{
    bus::{Bounds, Bus},
    domain::{slug::Slug, stream::Stream, stream_key::KeyHash},
    statistics::Statistics,
};

/// Every stream on air, by slug.
#[derive(Debug)]
pub struct LiveStreams {
    plans: Plans,
    by_slug: RwLock<BTreeMap<Slug, Arc<LiveStream>>>,
    sessions: AtomicU64,
}

/// One stream on air: its bus, its publisher and what its audience is answered from.
#[derive(Debug)]
pub struct LiveStream {
    /// Stable id of the stream.
    pub id: Uuid,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its frames.
    pub bus: Bus,
    /// Its figures.
    pub statistics: Statistics,
    /// The multivariant playlist, once there is one.
    pub multivariant: watch::Sender<Option<Encoded>>,
    title: RwLock<String>,
    plan: RwLock<Option<Entitled>>,
    started_at: Mutex<OffsetDateTime>,
    renditions: BTreeMap<&'static str, watch::Sender<Option<Arc<Snapshot>>>>,
    manifest: Manifest,
    publisher: Mutex<Option<Publisher>>,
    presence: watch::Sender<Presence>,
}

/// Whether somebody publishes a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// A publisher is connected.
    Publishing,
    /// Its connection was lost; it may come back.
    Interrupted,
    /// It stopped on purpose, was ended by the studio, or stayed away for too long.
    Finished,
}

/// Who wants to publish.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The key it showed.
    pub key: KeyHash,
    /// Where it connects from.
    pub address: IpAddr,
    /// What it calls itself.
    pub encoder: Option<String>,
}

impl LiveStreams {
    /// None yet. What each may show goes by these plans.
    pub fn new(plans: Plans) -> Self {
        Self { plans, by_slug: RwLock::default(), sessions: AtomicU64::new(0) }
    }

    /// Takes the stream for a publisher. The second value is set for a stream that was not on air:
    /// the caller starts its packaging.
    pub fn publish(
        self: &Arc<Self>,
        stream: Stream,
        candidate: Candidate,
        now: OffsetDateTime,
        parent: &CancellationToken,
    ) -> Result<(Lease, Option<Arc<LiveStream>>), AlreadyPublishing> {
        let mut by_slug = self.by_slug.write();
        let session = self.sessions.fetch_add(1, Ordering::Relaxed) + 1;
        let on_air = by_slug.get(&stream.slug).filter(|live| live.id == stream.id).cloned();
        let fresh = on_air.is_none();
        let live = on_air.unwrap_or_else(|| Arc::new(LiveStream::new(stream.clone(), now)));
        self.set_plan(&live, stream.owner.map(|owner| owner.plan));
        let lease = live.lease(session, candidate, now, parent.child_token())?;
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

    /// Holds a stream to this plan from now on, or to none.
    pub fn set_plan(&self, live: &LiveStream, plan: Option<PlanCode>) {
        *live.plan.write() = plan.map(|plan| self.plans.entitled(plan));
    }

    /// Lines that the shorter side of a picture may have under this plan, or under none.
    pub fn picture_limit(&self, plan: Option<PlanCode>) -> Limit {
        plan.map_or(Limit::Unlimited, |plan| {
            self.plans.entitled(plan).limit(LimitKind::StreamHeight)
        })
    }

    /// Takes a stream off air unless somebody publishes it again. Returns whether it is gone.
    pub fn remove(&self, live: &Arc<LiveStream>) -> bool {
        let mut by_slug = self.by_slug.write();
        if live.publisher.lock().is_some() {
            return false;
        }
        if by_slug.get(&live.slug).is_some_and(|there| Arc::ptr_eq(there, live)) {
            by_slug.remove(&live.slug);
        }
        true
    }
}

impl LiveStream {
    fn new(stream: Stream, now: OffsetDateTime) -> Self {
        Self {
            id: stream.id,
            slug: stream.slug,
            bus: Bus::new(Bounds::default()),
            statistics: Statistics::new(),
            multivariant: watch::Sender::new(None),
            title: RwLock::new(stream.title),
            plan: RwLock::default(),
            started_at: Mutex::new(now),
            renditions: [VIDEO, AUDIO].map(|name| (name, watch::Sender::new(None))).into(),
            manifest: Manifest::default(),
            publisher: Mutex::new(None),
            presence: watch::Sender::new(Presence::Finished),
        }
    }

    /// Where the snapshots of the rendition of this name appear.
    pub fn rendition(&self, name: &str) -> Option<&watch::Sender<Option<Arc<Snapshot>>>> {
        self.renditions.get(name)
    }

    /// The newest snapshot of the rendition of this name.
    pub fn newest(&self, name: &str) -> Option<Arc<Snapshot>> {
        self.rendition(name)?.borrow().clone()
    }

    /// The DASH manifest of what is published; `None` while nothing is.
    pub fn manifest(&self) -> Option<Encoded> {
        let newest = |sender: &watch::Sender<Option<Arc<Snapshot>>>| sender.borrow().clone();
        let mut renditions: Vec<_> = self.renditions.values().filter_map(newest).collect();
        renditions.sort_by_key(|snapshot| *snapshot.name != *VIDEO);
        self.manifest.of(&renditions)
    }

    /// Makes a snapshot the one that viewers are answered from.
    pub fn publish(&self, snapshot: Arc<Snapshot>) {
        if let Some(rendition) = self.rendition(&snapshot.name) {
            rendition.send_replace(Some(snapshot));
        }
    }

    /// Withdraws all that was published.
    pub fn withdraw(&self) {
        for rendition in self.renditions.values() {
            rendition.send_replace(None);
        }
        self.multivariant.send_replace(None);
    }

    /// What people read.
    pub fn title(&self) -> String {
        self.title.read().clone()
    }

    /// Changes what people read.
    pub fn rename(&self, title: &str) {
        if *self.title.read() != title {
            title.clone_into(&mut self.title.write());
        }
    }

    /// Refuses media that the plan does not allow. Asked again with every keyframe, so that another
    /// picture size and another plan are noticed on air.
    pub fn admit(&self, config: &CodecConfig) -> Result<(), Problem> {
        let Some(picture) = config.picture() else { return Ok(()) };
        let plan = self.plan.read();
        // The shorter side: an upright 720p picture is 720 wide.
        let lines = picture.width.min(picture.height);
        plan.as_ref().map_or(Ok(()), |plan| plan.within(LimitKind::StreamHeight, lines))
    }

    /// When it came on air.
    pub fn started_at(&self) -> OffsetDateTime {
        *self.started_at.lock()
    }

    /// Whether somebody publishes.
    pub fn presence(&self) -> watch::Receiver<Presence> {
        self.presence.subscribe()
    }

    /// Whether it has not ended: somebody publishes it or is waited for.
    pub fn is_on_air(&self) -> bool {
        *self.presence.borrow() != Presence::Finished
    }

    /// No longer waits for a publisher that was lost.
    pub fn give_up(&self) {
        self.presence.send_if_modified(|presence| {
            let waiting = *presence == Presence::Interrupted;
            if waiting {
                *presence = Presence::Finished;
            }
            waiting
        });
    }
}
