//! A stream as it is watched in one thread, and the waiting for what is new on it.

use std::{future::Future, pin::Pin, sync::Arc, time::Instant};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::sync::watch;
use uuid::Uuid;

use super::{feed::Feed, session_id::SessionId};
use crate::live::{LiveStream, Presence};

/// A stream and who watches it.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) feed: Feed,
    pub(super) viewers: Vec<SessionId>,
    /// Tells it from an earlier channel of the same stream, for which a change may be awaited yet.
    token: Arc<()>,
}

/// Something new on a stream: a frame, or that it is over.
#[derive(Debug)]
pub(super) struct Change {
    stream: Uuid,
    token: Arc<()>,
    written: watch::Receiver<u64>,
    presence: watch::Receiver<Presence>,
}

/// Changes that are waited for.
#[derive(Debug, Default)]
pub(super) struct Changes(FuturesUnordered<Pin<Box<dyn Future<Output = Change> + Send>>>);

impl Channel {
    /// Follows a stream; the change is to be awaited.
    pub(super) fn new(live: Arc<LiveStream>, now: Instant) -> (Self, Change) {
        let token = Arc::new(());
        let change = Change {
            stream: live.id,
            token: token.clone(),
            written: live.bus.written(),
            presence: live.presence(),
        };
        let mut feed = Feed::new(live, now);
        feed.read();
        (Self { feed, viewers: Vec::new(), token }, change)
    }
}

impl Change {
    /// The stream.
    pub(super) fn stream(&self) -> Uuid {
        self.stream
    }

    /// Whether it was this channel that waited.
    pub(super) fn is_of(&self, channel: &Channel) -> bool {
        Arc::ptr_eq(&self.token, &channel.token)
    }

    /// To be called before what is new is read, so that what is written meanwhile is told of again.
    /// Whether the stream is over.
    pub(super) fn acknowledge(&mut self) -> bool {
        self.written.mark_unchanged();
        *self.presence.borrow_and_update() == Presence::Finished
    }

    async fn happen(mut self) -> Self {
        tokio::select! {
            _ = self.written.changed() => {}
            _ = self.presence.changed() => {}
        }
        self
    }
}

impl Changes {
    /// Waits for the next change of the same kind.
    pub(super) fn expect(&self, change: Change) {
        self.0.push(Box::pin(change.happen()));
    }

    /// The next change of any stream.
    pub(super) async fn next(&mut self) -> Change {
        match self.0.next().await {
            Some(change) => change,
            None => std::future::pending().await,
        }
    }
}
