//! What runs in the background.

use std::sync::Arc;

use api::events::{AUDIT, AuditEvent, SESSIONS, SessionEvent};
use chassis::principal::Revocations;
use chassis::problem::chain;
use store::database::is_unavailable;
use store::{Database, Redis};
use time::OffsetDateTime;
use tokio::time::{Duration, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use crate::api_keys;
use crate::db::{
    audit, mail_links, mail_outbox, oauth_device_requests, oauth_grants, oauth_interactions,
    sessions, token_revocations,
};
use crate::domain::audit::Entry;
use crate::sessions::call_in;
use crate::signing::SigningKeys;

/// Longest that a sign-out may stay relevant: the longest access token and some.
const REPLAY: Duration = Duration::from_mins(16);
/// How soon a sign-out that could not be told is told again.
const PUBLISH_EVERY: Duration = Duration::from_millis(500);
/// How far back reports for the audit log are read at the start.
const AUDIT_REPLAY: Duration = Duration::from_hours(24);
/// Pause while the database is away.
const RECORD_PAUSE: Duration = Duration::from_secs(1);
/// How long ended sessions are kept for the record.
const KEEP_ENDED: time::Duration = time::Duration::days(30);
/// How soon keys that another process made are taken in.
const LOOK_FOR_KEYS: Duration = Duration::from_secs(10);
/// How long mails that were sent are kept, to see what became of them.
const KEEP_MAILS: time::Duration = time::Duration::days(7);
/// How often they are removed.
const REMOVE_EVERY: Duration = Duration::from_hours(1);

/// Takes in sign-outs that another gateway process announced.
pub(crate) async fn follow_revocations(
    redis: Redis,
    revocations: Revocations,
    stop: CancellationToken,
) {
    let following = store::events::follow(&redis, SESSIONS, REPLAY, |event: SessionEvent| {
        revocations.apply(&event, OffsetDateTime::now_utc());
    });
    tokio::select! {
        never = following => match never {},
        () = stop.cancelled() => {}
    }
}

/// Tells the other services of sign-outs, revoked keys and changed rights that they have not been
/// told of, and of all recent ones after Redis was started anew, because it may have lost them.
pub(crate) async fn publish_revocations(database: Database, redis: Redis, stop: CancellationToken) {
    let mut tick = interval(PUBLISH_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told_run = None;
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        let Ok(run) = redis.run_id().await else { continue };
        let told_before = told_run.as_ref() == Some(&run);
        let sessions = publish(&database, &redis, told_before).await;
        let keys = publish_keys(&database, &redis, told_before).await;
        let call_ins = publish_call_ins(&database, &redis, told_before).await;
        if sessions && keys && call_ins {
            told_run = Some(run);
        }
    }
}

/// Rotates the signing keys when they are due, and follows the rotations of other processes.
pub(crate) async fn keep_signing_keys(
    database: Database,
    signing: Arc<SigningKeys>,
    stop: CancellationToken,
) {
    let mut tick = interval(LOOK_FOR_KEYS);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = signing.keep_current(&database, OffsetDateTime::now_utc()).await {
            tracing::warn!(error = chain(&error), "the signing keys could not be kept current");
        }
    }
}

/// Keeps what the other services report for the audit log. What was reported while this service
/// was away is read again at its start; entries that are there already stay as they are.
pub(crate) async fn record_audit(database: Database, redis: Redis, stop: CancellationToken) {
    let following = store::events::follow_with(&redis, AUDIT, AUDIT_REPLAY, |event: AuditEvent| {
        record(database.clone(), event.into())
    });
    tokio::select! {
        never = following => match never {},
        () = stop.cancelled() => {}
    }
}

/// Removes sessions that ended long ago, so that the table does not grow for ever.
pub(crate) async fn remove_old_sessions(database: Database, stop: CancellationToken) {
    let mut tick = interval(REMOVE_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = remove_expired(&database, OffsetDateTime::now_utc()).await {
            tracing::warn!(error = chain(&error), "expired OAuth rows could not be removed");
        }
        match sessions::remove_ended_before(&database, OffsetDateTime::now_utc() - KEEP_ENDED).await
        {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "removed sessions that ended long ago"),
            Err(error) => {
                tracing::warn!(error = chain(&error), "old sessions could not be removed");
            }
        }
    }
}

/// Removes what the OAuth endpoints kept and nobody needs any more.
async fn remove_expired(database: &Database, now: OffsetDateTime) -> Result<(), sqlx::Error> {
    oauth_grants::remove_ended(database, now - KEEP_ENDED, now).await?;
    oauth_interactions::remove_expired(database, now).await?;
    oauth_device_requests::remove_expired(database, now - time::Duration::hours(1)).await?;
    token_revocations::remove_expired(database, now).await
}

/// Removes mails and links that are done with, so that addresses are not kept for ever.
pub(crate) async fn remove_old_mail(database: Database, stop: CancellationToken) {
    let mut tick = interval(REMOVE_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        let then = OffsetDateTime::now_utc() - KEEP_MAILS;
        let removed = async {
            let mails = mail_outbox::remove_done_before(&database, then).await?;
            Ok::<_, sqlx::Error>(mails + mail_links::remove_expired_before(&database, then).await?)
        };
        match removed.await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "removed mails and links that are done with"),
            Err(error) => {
                tracing::warn!(error = chain(&error), "old mails could not be removed");
            }
        }
    }
}

/// Writes an entry, waiting for a database that is away. One that the table refuses is dropped.
async fn record(database: Database, entry: Entry) {
    loop {
        let written = async { audit::insert(&mut *database.acquire().await?, &entry).await };
        match written.await {
            Err(error) if is_unavailable(&error) => {
                tracing::warn!(error = chain(&error), "the audit log waits for the database");
                sleep(RECORD_PAUSE).await;
            }
            Err(error) => {
                let action = &*entry.action;
                tracing::error!(action, error = chain(&error), "an audit entry was refused");
                return;
            }
            Ok(()) => return,
        }
    }
}

/// Publishes what is pending; says whether all of it went out.
async fn publish(database: &Database, redis: &Redis, only_unpublished: bool) -> bool {
    let now = OffsetDateTime::now_utc();
    let pending = match sessions::revoked_lately(database, only_unpublished, now).await {
        Ok(pending) => pending,
        Err(error) => {
            tracing::debug!(error = chain(&error), "pending sign-outs could not be read");
            return false;
        }
    };
    let mut published = Vec::new();
    let mut complete = true;
    for event in pending {
        let session = event.session;
        if store::events::publish(redis, SESSIONS, &SessionEvent::Revoked(event)).await.is_err() {
            complete = false;
            break;
        }
        published.push(session);
    }
    if let Err(error) = sessions::mark_published(database, &published, now).await {
        tracing::warn!(error = chain(&error), "told sign-outs could not be marked");
        return false;
    }
    complete
}

/// The same for revoked API keys.
async fn publish_keys(database: &Database, redis: &Redis, only_unpublished: bool) -> bool {
    let now = OffsetDateTime::now_utc();
    let published = api_keys::publish_revoked(database, redis, only_unpublished, now).await;
    published.unwrap_or_else(|error| {
        tracing::debug!(error = chain(&error), "pending revoked API keys could not be told");
        false
    })
}

/// The same for people whose tokens say what is no longer true.
async fn publish_call_ins(database: &Database, redis: &Redis, only_unpublished: bool) -> bool {
    let now = OffsetDateTime::now_utc();
    let published = call_in::publish_pending(database, redis, only_unpublished, now).await;
    published.unwrap_or_else(|error| {
        tracing::debug!(error = chain(&error), "pending changes of rights could not be told");
        false
    })
}
