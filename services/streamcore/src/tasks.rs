//! What runs in the background.

use std::{sync::Arc, time::Duration};

use api::events::{ERASURES, PLANS, PersonErased, PlanChanged};
use chassis::problem::chain;
use sqlx::PgPool;
use store::Redis;
use time::OffsetDateTime;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use uuid::Uuid;

use crate::{db, domain::stream::Owner, live::LiveStreams};

/// How soon a changed key bites.
const KEY_CHECK: Duration = Duration::from_secs(2);
/// How far back events are read again after a start: a replayed one changes nothing.
const REPLAY: Duration = Duration::from_hours(30 * 24);
/// Pause before what an event says is written again.
const WRITE_PAUSE: Duration = Duration::from_secs(1);
/// Time between two samples of a stream's figures.
const SAMPLE: Duration = Duration::from_secs(1);

/// Sends publishers away whose stream key was changed or whose stream is gone, and takes over
/// changed titles and plans, until `stop`.
///
/// The database is asked rather than told: a key can then be changed by any process, and no lost
/// message leaves a revoked publisher on air.
pub async fn follow_registry(pool: PgPool, streams: Arc<LiveStreams>, stop: CancellationToken) {
    let mut tick = interval(KEY_CHECK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        let on_air = streams.all();
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
                        streams.set_plan(&live, current.plan);
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

/// Keeps the plans of streams' owners as gateway-api tells them, until `stop`.
pub async fn follow_plans(pool: PgPool, redis: Redis, stop: CancellationToken) {
    let following = store::events::follow_with(&redis, PLANS, REPLAY, |event: PlanChanged| {
        let pool = pool.clone();
        let owner = Owner { user: event.user, plan: event.plan, as_of: event.changed_at };
        async move {
            while let Err(error) = db::owners::heard(&pool, &owner).await {
                warn!(error = chain(&error), "a changed plan could not be kept; trying again");
                sleep(WRITE_PAUSE).await;
            }
        }
    });
    tokio::select! {
        never = following => match never {},
        () = stop.cancelled() => {}
    }
}

/// Forgets who owned which streams when gateway-api has erased the person, until `stop`.
pub async fn follow_erasures(pool: PgPool, redis: Redis, stop: CancellationToken) {
    let following = store::events::follow_with(&redis, ERASURES, REPLAY, |event: PersonErased| {
        let pool = pool.clone();
        async move {
            while let Err(error) = db::owners::erase(&pool, event.person).await {
                warn!(error = chain(&error), "a person could not be forgotten; trying again");
                sleep(WRITE_PAUSE).await;
            }
        }
    });
    tokio::select! {
        never = following => match never {},
        () = stop.cancelled() => {}
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
