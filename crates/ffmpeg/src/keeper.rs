//! Starts a job again when it failed.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::{backoff::Backoff, failure::Failure};

/// Runs `attempt` until it ends well or `stop`; after a failure again, after the pause that
/// `backoff` says. `failed` hears of each failure and the pause, and may end it by `false`.
pub async fn keep_running<F: Future<Output = Result<(), Failure>>>(
    mut backoff: Backoff,
    stop: &CancellationToken,
    mut attempt: impl FnMut() -> F,
    mut failed: impl FnMut(&Failure, Duration) -> bool,
) {
    loop {
        let since = Instant::now();
        let ended = tokio::select! {
            ended = attempt() => ended,
            () = stop.cancelled() => return,
        };
        let Err(failure) = ended else { return };
        let pause = backoff.failed(since.elapsed());
        if !failed(&failure, pause) {
            return;
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = stop.cancelled() => return,
        }
    }
}
