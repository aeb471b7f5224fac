//! A response body that grows with its segment: what is written is sent at once, the rest as it
//! comes.

use std::{sync::Arc, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use media::hls::Snapshot;
use tokio::{sync::watch, time::timeout};

use crate::live::LiveStream;

/// Where a rendition's snapshots appear.
type Updates = watch::Receiver<Option<Arc<Snapshot>>>;

/// Why a body ends early. The connection is then closed without an end of the body, so that nobody
/// takes what came for the whole segment.
#[derive(Debug, Clone, Copy, thiserror::Error)]
enum Interrupted {
    /// The stream began anew, or the segment has a gap.
    #[error("the segment will not be completed")]
    Gone,
    /// Nothing came for three target durations.
    #[error("the encoder sent nothing for three target durations")]
    Stalled,
}

#[derive(Debug)]
struct Growing {
    live: Arc<LiveStream>,
    updates: Updates,
    msn: u64,
    next: usize,
}

/// The body of segment `msn`, which may have just begun.
pub fn growing_body(live: Arc<LiveStream>, updates: Updates, msn: u64) -> Body {
    let growing = Growing { live, updates, msn, next: 0 };
    Body::from_stream(stream::try_unfold(growing, Growing::next))
}

impl Growing {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Interrupted> {
        loop {
            let snapshot = self.updates.borrow_and_update().clone().ok_or(Interrupted::Gone)?;
            let segment = snapshot.segment(self.msn).ok_or(Interrupted::Gone)?;
            if let Some(part) = segment.parts.get(self.next) {
                if part.is_gap() {
                    return Err(Interrupted::Gone);
                }
                self.next += 1;
                self.live.statistics.audience.sent(part.bytes.len() as u64);
                return Ok(Some((part.bytes.clone(), self)));
            }
            if snapshot.ended || self.msn != snapshot.open.msn {
                return Ok(None);
            }
            let patience = Duration::from_secs(3 * u64::from(snapshot.target_duration));
            match timeout(patience, self.updates.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Err(Interrupted::Gone),
                Err(_) => return Err(Interrupted::Stalled),
            }
        }
    }
}
