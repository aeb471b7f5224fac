//! One task per stream on air: reads its bus, packages, publishes, and takes it off air again.

use std::{sync::Arc, time::Duration};

use media::hls::{Packager, Settings};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::{
    bus::Cursor,
    live::{LiveStream, LiveStreams, Presence},
    metrics::StreamMetrics,
    wall_clock::WallClock,
};

/// How long a stream stays on air without its publisher.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Until its playlists are ended.
    pub(crate) reconnect: Duration,
    /// After that, until they are gone.
    pub(crate) linger: Duration,
}

/// What one stream's packaging works with.
#[derive(Debug)]
pub(crate) struct Task {
    /// Where the stream is taken off air.
    pub(crate) streams: Arc<LiveStreams>,
    /// The stream.
    pub(crate) live: Arc<LiveStream>,
    /// How it is packaged.
    pub(crate) settings: Settings,
    /// How long it waits for its encoder.
    pub(crate) patience: Patience,
    /// Figures.
    pub(crate) metrics: StreamMetrics,
    /// The clock that frames were stamped by.
    pub(crate) clock: WallClock,
}

impl Task {
    /// Packages the stream until it has been without an encoder for long enough, or `stop`.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let Self { streams, live, settings, patience, metrics, clock } = self;
        let slug = live.slug.clone();
        let on_air = metrics.on_air.clone();
        let mut packaging = Packaging {
            cursor: live.bus.subscribe_from_start(),
            presence: live.presence(),
            packager: Packager::new(settings),
            newest_arrival: 0,
            live,
            metrics,
            clock,
        };
        info!(stream.slug = %slug, "stream on air");
        on_air.inc();
        while packaging.broadcast(patience, &stop).await {
            if streams.remove(&packaging.live) {
                break;
            }
        }
        packaging.end();
        streams.remove(&packaging.live);
        on_air.dec();
        info!(stream.slug = %slug, "stream off air");
    }
}

struct Packaging {
    live: Arc<LiveStream>,
    cursor: Cursor,
    presence: watch::Receiver<Presence>,
    packager: Packager,
    newest_arrival: i64,
    metrics: StreamMetrics,
    clock: WallClock,
}

impl Packaging {
    /// Follows the encoder until it has been away for good; `false` when stopped before.
    async fn broadcast(&mut self, patience: Patience, stop: &CancellationToken) -> bool {
        loop {
            tokio::select! {
                () = self.follow_publisher() => {}
                () = stop.cancelled() => return false,
            }
            tokio::select! {
                back = self.await_return(patience.reconnect) => if back { continue },
                () = stop.cancelled() => return false,
            }
            self.live.give_up();
            self.end();
            tokio::select! {
                back = self.await_publisher(patience.linger) => if back { continue },
                () = stop.cancelled() => return false,
            }
            return true;
        }
    }

    /// Packages what is written until the publisher is gone and everything is read.
    async fn follow_publisher(&mut self) {
        loop {
            self.drain();
            if *self.presence.borrow_and_update() != Presence::Publishing {
                self.drain();
                break;
            }
            tokio::select! {
                () = self.cursor.wait() => {}
                changed = self.presence.changed() => if changed.is_err() { break },
            }
        }
        debug!(stream.slug = %self.live.slug, "publisher left");
        self.packager.interrupt();
        self.publish();
    }

    /// Whether a publisher that was lost came back within `patience`. One that has finished is not
    /// waited for.
    async fn await_return(&mut self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let decided = self.presence.wait_for(|presence| *presence != Presence::Interrupted);
        match tokio::time::timeout_at(deadline, decided).await {
            Ok(Ok(presence)) => *presence == Presence::Publishing,
            Ok(Err(_)) | Err(_) => false,
        }
    }

    /// Whether a publisher came within `patience`.
    async fn await_publisher(&mut self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let back = self.presence.wait_for(|presence| *presence == Presence::Publishing);
        tokio::time::timeout_at(deadline, back).await.is_ok_and(|back| back.is_ok())
    }

    fn drain(&mut self) {
        let missed = self.cursor.missed;
        while let Some(entry) = self.live.bus.read(&mut self.cursor) {
            self.newest_arrival = entry.arrived;
            self.packager.push(&entry.frame, &entry.config, entry.session, entry.arrived);
        }
        if self.cursor.missed > missed {
            warn!(
                stream.slug = %self.live.slug,
                frames = self.cursor.missed - missed,
                "packaging fell behind the publisher and skipped frames"
            );
        }
        self.publish();
    }

    fn end(&mut self) {
        self.packager.end();
        self.publish();
    }

    fn publish(&mut self) {
        let changes = self.packager.take_changes();
        if changes.restarted {
            self.live.withdraw();
        }
        if let Some(multivariant) = changes.multivariant {
            self.live.multivariant.send_replace(Some(multivariant));
        }
        for snapshot in changes.renditions {
            self.live.publish(snapshot);
            let delay = Duration::from_micros(
                u64::try_from(self.clock.now() - self.newest_arrival).unwrap_or(0),
            );
            self.metrics.publish_delay.observe(delay.as_secs_f64());
        }
    }
}
