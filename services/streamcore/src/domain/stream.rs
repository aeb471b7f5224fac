//! A stream as it is registered: what an audience watches and who may publish it.

use api::plan::PlanCode;
use chassis::Principal;
use time::OffsetDateTime;
use uuid::Uuid;

use super::slug::Slug;

/// A registered stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Stable id.
    pub id: Uuid,
    /// Name in addresses, unique.
    pub slug: Slug,
    /// What people read.
    pub title: String,
    /// Last characters of the stream key; none when nobody may publish.
    pub key_hint: Option<String>,
    /// When it was registered.
    pub created_at: OffsetDateTime,
    /// When its key was made or taken away.
    pub key_changed_at: OffsetDateTime,
    /// Counts up with every change.
    pub revision: i64,
    /// Whose it is; nobody's when it was registered on the server itself, which no plan limits.
    pub owner: Option<Owner>,
}

/// The account that registered a stream, and what it may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The account.
    pub user: Uuid,
    /// Its plan, as last heard.
    pub plan: PlanCode,
    /// When it had this plan.
    pub as_of: OffsetDateTime,
}

impl Owner {
    /// Whoever sent a request. A program that acts for itself is an owner of its own, with the
    /// cheapest plan.
    pub fn of(principal: &Principal) -> Self {
        Self { user: principal.subject, plan: principal.plan, as_of: principal.issued_at }
    }
}

/// Longest title, in characters.
pub const MAX_TITLE: usize = 120;

/// A title as people may write it: trimmed, not empty, at most [`MAX_TITLE`] characters and
/// without control characters.
pub fn parse_title(text: &str) -> Option<String> {
    let title = text.trim();
    let sound = !title.is_empty()
        && title.chars().count() <= MAX_TITLE
        && !title.chars().any(char::is_control);
    sound.then(|| title.to_owned())
}
