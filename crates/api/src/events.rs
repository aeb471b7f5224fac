//! Events that services tell each other, carried on Redis Streams.
//!
//! A service that does not know an event's kind skips it, so kinds can be added at any time.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::gateway::AuditOutcome;
use crate::plan::PlanCode;

/// Stream of events about sessions, written by gateway-api.
pub const SESSIONS: &str = "sessions";

/// Stream of things for the audit log, written by every service, kept by gateway-api.
pub const AUDIT: &str = "audit";

/// Stream of changed plans, written by gateway-api. Told whether the account itself was given
/// another plan, or one of its organisations.
pub const PLANS: &str = "plans";

/// An account has another plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanChanged {
    /// The account.
    pub user: Uuid,
    /// Its effective plan now: the best among its own and those of its organisations.
    pub plan: PlanCode,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: OffsetDateTime,
}

/// Stream of erased people, written by gateway-api.
pub const ERASURES: &str = "erasures";

/// A person was erased; whatever else is kept of them must be erased too. Told at least once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonErased {
    /// The person.
    pub person: Uuid,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub erased_at: OffsetDateTime,
}

/// Something that somebody did or tried at a service, to be kept in the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// Id of the entry, a `UUIDv7`; an event that arrives twice is kept once.
    pub id: Uuid,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Who did it; absent when nobody was signed in.
    pub actor: Option<Uuid>,
    /// What was done, as `noun.verb` in lower case, for example `stream.publish`.
    pub action: String,
    /// Whether it worked.
    pub outcome: AuditOutcome,
    /// What it was done to, as `kind:id`.
    pub subject: Option<String>,
    /// Network address it came from.
    pub address: Option<IpAddr>,
    /// Request it came with, at most 64 characters.
    pub request_id: Option<String>,
    /// Facts particular to the action: a JSON object. Never a secret.
    pub details: serde_json::Value,
}

/// An event about a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SessionEvent {
    /// A session ended; access tokens that name it are refused from now on.
    Revoked(SessionRevoked),
    /// An API key ended; access tokens that it was exchanged for are refused from now on.
    KeyRevoked(KeyRevoked),
    /// A user's access tokens of before are refused from now on; the sessions go on, and new
    /// tokens are good.
    UserCalledIn(UserCalledIn),
}

/// An API key ended before the tokens it was exchanged for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRevoked {
    /// The key.
    pub key: Uuid,
    /// When the last access token it was exchanged for expires; the event means nothing after that.
    #[serde(with = "time::serde::rfc3339")]
    pub tokens_expire_at: OffsetDateTime,
}

/// What a user's access tokens say is no longer true, for example after another role was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserCalledIn {
    /// The user.
    pub user: Uuid,
    /// Tokens issued before this are refused.
    #[serde(with = "time::serde::rfc3339")]
    pub before: OffsetDateTime,
    /// When the last of them expires; the event means nothing after that.
    #[serde(with = "time::serde::rfc3339")]
    pub tokens_expire_at: OffsetDateTime,
}

/// A session ended before its tokens expired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRevoked {
    /// The session.
    pub session: Uuid,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339")]
    pub revoked_at: OffsetDateTime,
    /// When the last access token issued for it expires; the event means nothing after that.
    #[serde(with = "time::serde::rfc3339")]
    pub tokens_expire_at: OffsetDateTime,
}
