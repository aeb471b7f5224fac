//! One task per stream on air: reads its bus, packages, publishes, and takes it off air again.

use std::{sync::Arc, time::Duration};

use media::hls::{Packager, Settings};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::{
    bus::{Cursor, Entry},
    live::{LiveStream, LiveStreams},
};

/// How long a stream stays on air without its publisher.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until its playlists are ended.
    pub reconnect: Duration,
    /// After that, until they are gone.
    pub linger: Duration,
}

/// Packages `live` until it has been without a publisher for long enough, or `stop`.
pub async fn run(
    streams: Arc<LiveStreams>,
    live: Arc<LiveStream>,
    settings: Settings,
    patience: Patience,
    stop: CancellationToken,
) {
    let mut packaging = Packaging {
        cursor: live.bus.subscribe_from_start(),
        publishing: live.publishing(),
        packager: Packager::new(settings),
        live,
    };
    info!(stream.slug = %packaging.live.stream.slug, "stream on air");
    loop {
        tokio::select! {
            () = packaging.follow_publisher() => {}
            () = stop.cancelled() => break,
        }
        tokio::select! {
            back = packaging.await_publisher(patience.reconnect) => if back { continue },
            () = stop.cancelled() => break,
        }
        packaging.end();
        tokio::select! {
            back = packaging.await_publisher(patience.linger) => if back { continue },
            () = stop.cancelled() => break,
        }
        if streams.remove(&packaging.live) {
            break;
        }
    }
    packaging.end();
    streams.remove(&packaging.live);
    info!(stream.slug = %packaging.live.stream.slug, "stream off air");
}

struct Packaging {
    live: Arc<LiveStream>,
    cursor: Cursor,
    publishing: watch::Receiver<bool>,
    packager: Packager,
}

impl Packaging {
    /// Packages what is written until the publisher is gone and everything is read.
    async fn follow_publisher(&mut self) {
        loop {
            self.drain();
            if !*self.publishing.borrow_and_update() {
                self.drain();
                break;
            }
            tokio::select! {
                () = self.cursor.wait() => {}
                changed = self.publishing.changed() => if changed.is_err() { break },
            }
        }
        debug!(stream.slug = %self.live.stream.slug, "publisher left");
        self.packager.interrupt();
        self.publish();
    }

    /// Whether a publisher came within `patience`.
    async fn await_publisher(&mut self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let back = self.publishing.wait_for(|publishing| *publishing);
        tokio::time::timeout_at(deadline, back).await.is_ok_and(|back| back.is_ok())
    }

    fn drain(&mut self) {
        let missed = self.cursor.missed;
        while let Some(Entry { frame, config, session, arrived }) =
            self.live.bus.read(&mut self.cursor)
        {
            self.packager.push(&frame, &config, session, arrived);
        }
        if self.cursor.missed > missed {
            warn!(
                stream.slug = %self.live.stream.slug,
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
            for kind in [media::TrackKind::Video, media::TrackKind::Audio] {
                self.live.rendition(kind).send_replace(None);
            }
            self.live.multivariant.send_replace(None);
        }
        if let Some(multivariant) = changes.multivariant {
            self.live.multivariant.send_replace(Some(multivariant));
        }
        for snapshot in changes.renditions {
            self.live.rendition(snapshot.kind).send_replace(Some(snapshot));
        }
    }
}
