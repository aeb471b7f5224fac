//! Keeping the tree up to date.

use chassis::problem::chain;
use tokio::time::{Duration, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use super::AuditLog;

/// How long a committed entry waits for its place.
const PLACE_EVERY: Duration = Duration::from_millis(200);
/// Pause after the tree could not be extended.
const PAUSE: Duration = Duration::from_secs(5);
/// How often a checkpoint is signed while the log grows.
const SIGN_EVERY: Duration = Duration::from_mins(1);

impl AuditLog {
    /// Gives committed entries their places.
    pub(crate) async fn keep_sequencing(self, stop: CancellationToken) {
        let mut tick = interval(PLACE_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            let pause = async {
                match self.sequence().await {
                    Ok(_) => drop(tick.tick().await),
                    Err(error) => {
                        let error = chain(&error);
                        tracing::warn!(error, "entries of the audit log wait for their place");
                        sleep(PAUSE).await;
                    }
                }
            };
            tokio::select! {
                () = pause => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Signs a checkpoint whenever the log has grown.
    pub(crate) async fn keep_signing(self, stop: CancellationToken) {
        let mut tick = interval(SIGN_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                () = stop.cancelled() => return,
            }
            if let Err(error) = self.checkpoint().await {
                tracing::error!(error = chain(&error), "no checkpoint of the audit log was signed");
            }
        }
    }
}
