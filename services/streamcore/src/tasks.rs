//! What runs in the background.

use std::{sync::Arc, time::Duration};

use chassis::problem::chain;
use sqlx::PgPool;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use uuid::Uuid;

use crate::{db, live::LiveStreams};

/// How soon a changed key bites.
const KEY_CHECK: Duration = Duration::from_secs(2);

/// Sends publishers away whose stream key was changed or whose stream is gone, until `stop`.
///
/// The database is asked rather than told: a key can then be changed by any process, and no lost
/// message leaves a revoked publisher on air.
pub async fn enforce_keys(pool: PgPool, live: Arc<LiveStreams>, stop: CancellationToken) {
    let mut tick = interval(KEY_CHECK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        let on_air = live.all();
        let ids: Vec<Uuid> = on_air.iter().map(|live| live.stream.id).collect();
        if ids.is_empty() {
            continue;
        }
        match db::streams::keys(&pool, &ids).await {
            Ok(keys) => {
                for live in on_air {
                    let key = keys.iter().find(|(id, _)| *id == live.stream.id);
                    if live.keep_only(key.and_then(|(_, key)| key.as_ref())) {
                        info!(stream.slug = %live.stream.slug, "publisher sent away: key changed");
                    }
                }
            }
            // The streams on air go on: being unable to ask is no reason to take them down.
            Err(error) => warn!(error = chain(&error), "stream keys could not be checked"),
        }
    }
}
