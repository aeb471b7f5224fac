//! What runs in the background.

use std::{sync::Arc, time::Duration};

use chassis::problem::chain;
use sqlx::PgPool;
use time::OffsetDateTime;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use uuid::Uuid;

use crate::{db, live::LiveStreams};

/// How soon a changed key bites.
const KEY_CHECK: Duration = Duration::from_secs(2);
/// Time between two samples of a stream's figures.
const SAMPLE: Duration = Duration::from_secs(1);

/// Sends publishers away whose stream key was changed or whose stream is gone, and takes over
/// changed titles, until `stop`.
///
/// The database is asked rather than told: a key can then be changed by any process, and no lost
/// message leaves a revoked publisher on air.
pub async fn follow_registry(pool: PgPool, live: Arc<LiveStreams>, stop: CancellationToken) {
    let mut tick = interval(KEY_CHECK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        let on_air = live.all();
        let ids: Vec<Uuid> = on_air.iter().map(|live| live.id).collect();
        if ids.is_empty() {
            continue;
        }
        match db::streams::current(&pool, &ids).await {
            Ok(current) => {
                for live in on_air {
                    let current = current.iter().find(|it| it.id == live.id);
                    if let Some(current) = current {
                        live.rename(&current.title);
                    }
                    if live.keep_only(current.and_then(|it| it.key.as_ref())) {
                        info!(stream.slug = %live.slug, "publisher sent away: key changed");
                    }
                }
            }
            // The streams on air go on: being unable to ask is no reason to take them down.
            Err(error) => warn!(error = chain(&error), "stream keys could not be checked"),
        }
    }
}

/// Takes a sample of every stream on air once a second, until `stop`.
pub async fn measure(live: Arc<LiveStreams>, stop: CancellationToken) {
    let mut tick = interval(SAMPLE);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut before = tick.tick().await;
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        let now = Instant::now();
        for live in live.all() {
            live.statistics.sample(OffsetDateTime::now_utc(), now - before);
        }
        before = now;
    }
}
