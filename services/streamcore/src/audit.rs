//! Reports to the audit log, which gateway-api keeps.

use std::net::IpAddr;

use api::{
    events::{AUDIT, AuditEvent},
    gateway::AuditOutcome,
};
use chassis::problem::chain;
use serde_json::{Value, json};
use store::{Redis, events};
use time::OffsetDateTime;
use tokio::{
    sync::mpsc,
    time::{Duration, sleep},
};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};
use uuid::Uuid;

/// Reports that wait while Redis is away; about an hour of guessing at the pace that is let in.
const WAITING: usize = 1_024;
/// Pause before a report is sent again.
const PAUSE: Duration = Duration::from_millis(500);

/// Takes reports without making anyone wait. Clones share the queue.
#[derive(Debug, Clone)]
pub(crate) struct Audit {
    queue: mpsc::Sender<AuditEvent>,
}

/// Who did something.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By {
    /// A signed-in user.
    User(Uuid),
    /// An encoder at this address.
    Encoder(IpAddr),
}

impl Audit {
    /// A queue, and its other end for [`deliver`].
    pub(crate) fn new() -> (Self, mpsc::Receiver<AuditEvent>) {
        let (queue, reports) = mpsc::channel(WAITING);
        (Self { queue }, reports)
    }

    /// Reports something that was done to a stream.
    pub(crate) fn done(&self, action: &str, by: By, slug: &str) {
        self.report(action, AuditOutcome::Success, by, Some(slug), json!({}));
    }

    /// Reports something that was refused.
    pub(crate) fn refused(&self, action: &str, by: By, reason: &str) {
        self.report(action, AuditOutcome::Failure, by, None, json!({ "reason": reason }));
    }

    fn report(
        &self,
        action: &str,
        outcome: AuditOutcome,
        by: By,
        slug: Option<&str>,
        details: Value,
    ) {
        let (actor, address) = match by {
            By::User(user) => (Some(user), None),
            By::Encoder(address) => (None, Some(address)),
        };
        let event = AuditEvent {
            id: Uuid::now_v7(),
            at: OffsetDateTime::now_utc(),
            actor,
            action: action.to_owned(),
            outcome,
            subject: slug.map(|slug| format!("stream:{slug}")),
            address,
            request_id: None,
            details,
        };
        if let Err(full) = self.queue.try_send(event) {
            // The log still has it, so it is not lost without trace.
            error!(action, error = %full, "too many reports wait for the audit log");
        }
    }
}

/// Sends the reports in order, waiting for a Redis that is away, until `stop`.
pub(crate) async fn deliver(
    redis: Redis,
    mut reports: mpsc::Receiver<AuditEvent>,
    stop: CancellationToken,
) {
    loop {
        let report = tokio::select! {
            report = reports.recv() => report,
            () = stop.cancelled() => None,
        };
        let Some(report) = report else { break };
        while let Err(error) = events::publish(&redis, AUDIT, &report).await {
            warn!(error = chain(&error), "the audit log cannot be reached; trying again");
            tokio::select! {
                () = sleep(PAUSE) => {}
                () = stop.cancelled() => break,
            }
        }
    }
    // What came in last is tried once more; a stop does not wait for a Redis that is away.
    while let Ok(report) = reports.try_recv() {
        if events::publish(&redis, AUDIT, &report).await.is_err() {
            return;
        }
    }
}
