//! Events that services tell each other, carried on Redis Streams.
//!
//! A service that does not know an event's kind skips it, so kinds can be added at any time.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// Stream of events about sessions, written by gateway-api.
pub const SESSIONS: &str = "sessions";

/// An event about a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SessionEvent {
    /// A session ended; access tokens that name it are refused from now on.
    Revoked(SessionRevoked),
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
