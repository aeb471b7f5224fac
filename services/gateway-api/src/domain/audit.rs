//! Entries of the audit log.

use std::borrow::Cow;
use std::net::IpAddr;

use api::events::AuditEvent;
use api::gateway::AuditOutcome;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

/// What is known about whoever sent a request.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) address: IpAddr,
    pub(crate) user_agent: Option<String>,
    pub(crate) request_id: Option<String>,
}

/// An entry about to be written.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: Uuid,
    pub(crate) at: OffsetDateTime,
    pub(crate) actor: Option<Uuid>,
    pub(crate) action: Cow<'static, str>,
    pub(crate) outcome: AuditOutcome,
    pub(crate) subject: Option<String>,
    pub(crate) caller: Option<Caller>,
    pub(crate) details: Value,
}

impl Entry {
    /// Something that was done.
    pub(crate) fn success(action: &'static str, actor: Option<Uuid>, at: OffsetDateTime) -> Self {
        Self {
            id: Uuid::now_v7(),
            at,
            actor,
            action: action.into(),
            outcome: AuditOutcome::Success,
            subject: None,
            caller: None,
            details: json!({}),
        }
    }

    /// Something that was refused, and why.
    pub(crate) fn failure(action: &'static str, reason: &str, at: OffsetDateTime) -> Self {
        Self {
            outcome: AuditOutcome::Failure,
            details: json!({ "reason": reason }),
            ..Self::success(action, None, at)
        }
    }

    pub(crate) fn on(mut self, kind: &str, id: Uuid) -> Self {
        self.subject = Some(format!("{kind}:{id}"));
        self
    }

    pub(crate) fn by(mut self, caller: &Caller) -> Self {
        self.caller = Some(caller.clone());
        self
    }

    pub(crate) fn with(mut self, details: Value) -> Self {
        self.details = details;
        self
    }
}

impl From<AuditEvent> for Entry {
    fn from(event: AuditEvent) -> Self {
        let request_id = event.request_id;
        Self {
            id: event.id,
            at: event.at,
            actor: event.actor,
            action: event.action.into(),
            outcome: event.outcome,
            subject: event.subject,
            caller: event.address.map(|address| Caller { address, user_agent: None, request_id }),
            details: event.details,
        }
    }
}
