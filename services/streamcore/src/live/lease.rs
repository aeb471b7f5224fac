//! The one right to publish a stream, and how it is taken back.

use std::sync::{Arc, OnceLock};

use api::streamcore as wire;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::{Candidate, LiveStream, Presence};
use crate::domain::stream_key::KeyHash;

/// Who is publishing now.
#[derive(Debug)]
pub(super) struct Publisher {
    session: u64,
    candidate: Candidate,
    connected_at: OffsetDateTime,
    dismissal: Arc<OnceLock<Dismissal>>,
    stop: CancellationToken,
}

/// Why a publisher must go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dismissal {
    /// The key it came with is no longer the stream's.
    KeyChanged,
    /// The studio ended the stream.
    Ended,
}

/// The right to write to a stream's bus; given back when dropped.
#[derive(Debug)]
pub struct Lease {
    live: Arc<LiveStream>,
    session: u64,
    finished: bool,
    dismissal: Arc<OnceLock<Dismissal>>,
    /// Cancelled when the publisher must go: it was dismissed or the service stops.
    pub stop: CancellationToken,
}

/// Somebody else is publishing the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stream is already being published; stop the other encoder first")]
pub struct AlreadyPublishing;

impl LiveStream {
    /// Who publishes now.
    pub fn publisher(&self) -> Option<wire::Publisher> {
        let publisher = self.publisher.lock();
        publisher.as_ref().map(|publisher| wire::Publisher {
            address: publisher.candidate.address,
            encoder: publisher.candidate.encoder.clone(),
            connected_at: publisher.connected_at,
        })
    }

    /// Sends the publisher away unless it came with this key. Returns whether it was sent away.
    pub fn keep_only(&self, key: Option<&KeyHash>) -> bool {
        let publisher = self.publisher.lock();
        let Some(publisher) = publisher.as_ref() else { return false };
        let stale = key != Some(&publisher.candidate.key);
        if stale {
            publisher.dismiss(Dismissal::KeyChanged);
        }
        stale
    }

    /// Ends the stream: its publisher is told to go, or no longer waited for.
    pub fn end(&self) {
        let publisher = self.publisher.lock();
        match publisher.as_ref() {
            Some(publisher) => publisher.dismiss(Dismissal::Ended),
            None => self.give_up(),
        }
    }

    pub(super) fn lease(
        self: &Arc<Self>,
        session: u64,
        candidate: Candidate,
        now: OffsetDateTime,
        stop: CancellationToken,
    ) -> Result<Lease, AlreadyPublishing> {
        let mut publisher = self.publisher.lock();
        if publisher.is_some() {
            return Err(AlreadyPublishing);
        }
        let dismissal = Arc::new(OnceLock::new());
        *publisher = Some(Publisher {
            session,
            candidate,
            connected_at: now,
            dismissal: dismissal.clone(),
            stop: stop.clone(),
        });
        if self.presence.send_replace(Presence::Publishing) == Presence::Finished {
            // Not a return: what was on air under this name before has ended.
            *self.started_at.lock() = now;
        }
        Ok(Lease { live: self.clone(), session, finished: false, dismissal, stop })
    }
}

impl Publisher {
    fn dismiss(&self, why: Dismissal) {
        // The first reason stands; the encoder may have been told already.
        if self.dismissal.set(why).is_ok() {
            self.stop.cancel();
        }
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

    /// Why the publisher must go; `None` when it need not, or the service stops.
    pub fn dismissal(&self) -> Option<Dismissal> {
        self.dismissal.get().copied()
    }

    /// Gives the stream back for good: the publisher said that it is done.
    pub fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut publisher = self.live.publisher.lock();
        if publisher.as_ref().is_some_and(|publisher| publisher.session == self.session) {
            *publisher = None;
            let ended = self.finished || self.dismissal() == Some(Dismissal::Ended);
            let presence = if ended { Presence::Finished } else { Presence::Interrupted };
            self.live.presence.send_replace(presence);
        }
    }
}
