//! What a search of the audit log asks for.

use api::gateway::{AuditOutcome, AuditQuery};
use time::OffsetDateTime;
use uuid::Uuid;

/// Longest text that is searched for, in characters.
const MAX_TEXT: usize = 200;

/// See the [module](self).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AuditFilter {
    pub(crate) actor: Option<Uuid>,
    pub(crate) action: Option<ActionFilter>,
    pub(crate) subject: Option<String>,
    pub(crate) outcome: Option<AuditOutcome>,
    pub(crate) from: Option<OffsetDateTime>,
    pub(crate) until: Option<OffsetDateTime>,
    pub(crate) request_id: Option<String>,
    pub(crate) words: Option<String>,
}

/// Which actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ActionFilter {
    Exactly(String),
    /// Those from this one on and below that one, character by character.
    BeginsWith {
        from: String,
        below: String,
    },
}

/// A search that no entry could answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidFilter {
    #[error(
        "an action has lower case letters, underscores and a dot, such as `session.sign_in`; a `*` at its end stands for anything"
    )]
    Action,
    #[error("the text to search for has 1 to 200 characters")]
    Text,
    #[error("`from` comes before `until`")]
    Times,
}

impl AuditFilter {
    pub(crate) fn of(query: &AuditQuery) -> Result<Self, InvalidFilter> {
        if let (Some(from), Some(until)) = (query.from, query.until)
            && from >= until
        {
            return Err(InvalidFilter::Times);
        }
        let words = query.text.as_deref().map(str::trim);
        if words.is_some_and(|words| !(1..=MAX_TEXT).contains(&words.chars().count())) {
            return Err(InvalidFilter::Text);
        }
        Ok(Self {
            actor: query.actor,
            action: query.action.as_deref().map(ActionFilter::parse).transpose()?,
            subject: query.subject.clone(),
            outcome: query.outcome,
            from: query.from,
            until: query.until,
            request_id: query.request_id.clone(),
            words: words.map(str::to_owned),
        })
    }
}

impl ActionFilter {
    fn parse(text: &str) -> Result<Self, InvalidFilter> {
        let (start, open) = text.strip_suffix('*').map_or((text, false), |start| (start, true));
        let known = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
        if start.is_empty() || !start.chars().all(known) {
            return Err(InvalidFilter::Action);
        }
        if !open {
            return Ok(Self::Exactly(start.to_owned()));
        }
        // No action has a character above `{`.
        Ok(Self::BeginsWith { from: start.to_owned(), below: format!("{start}{{") })
    }
}

#[cfg(test)]
mod tests {
    use api::gateway::AuditQuery;
    use time::macros::datetime;

    use super::{ActionFilter, AuditFilter, InvalidFilter};

    #[test]
    fn an_asterisk_stands_for_the_rest_of_an_action() {
        let exactly = ActionFilter::Exactly("session.sign_in".to_owned());
        assert_eq!(ActionFilter::parse("session.sign_in"), Ok(exactly));
        let begins =
            ActionFilter::BeginsWith { from: "session.".into(), below: "session.{".into() };
        assert_eq!(ActionFilter::parse("session.*"), Ok(begins));
        for wrong in ["", "*", "Session.", "a*b", "a b", "a\0"] {
            assert_eq!(ActionFilter::parse(wrong), Err(InvalidFilter::Action), "{wrong}");
        }
    }

    #[test]
    fn searches_without_any_answer_are_refused() {
        let at = datetime!(2026-01-01 00:00 UTC);
        let query = AuditQuery { from: Some(at), until: Some(at), ..AuditQuery::default() };
        assert_eq!(AuditFilter::of(&query), Err(InvalidFilter::Times));
        for text in [" ".to_owned(), "x".repeat(201)] {
            let query = AuditQuery { text: Some(text), ..AuditQuery::default() };
            assert_eq!(AuditFilter::of(&query), Err(InvalidFilter::Text));
        }
        assert_eq!(AuditFilter::of(&AuditQuery::default()), Ok(AuditFilter::default()));
    }
}
