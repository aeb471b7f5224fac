//! Edits that lose nobody's work: an entity tag with every answer, `If-Match` with every edit.
//!
//! The tag of a thing is its revision, a number that every change of its row counts up.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};

use crate::problem::{Problem, codes};

/// The revision that an edit is based on, as the `If-Match` header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let value = parts.headers.get(header::IF_MATCH).ok_or_else(|| {
            Problem::new(
                &codes::IF_MATCH_REQUIRED,
                "send `if-match` with the `etag` of the state that was edited",
            )
        })?;
        parse(value).map(Self).ok_or_else(changed)
    }
}

/// The `ETag` header of a revision.
pub fn etag(revision: i64) -> (HeaderName, HeaderValue) {
    let quoted = format!("\"{revision}\"");
    // Digits between quotes are always a header value.
    let value = HeaderValue::try_from(quoted).unwrap_or(HeaderValue::from_static("\"\""));
    (header::ETAG, value)
}

/// What is answered when the thing is at another revision by now.
pub fn changed() -> Problem {
    Problem::new(
        &codes::CHANGED_MEANWHILE,
        "somebody changed it meanwhile; fetch it again and repeat the edit on what is there now",
    )
}

/// A tag that we made; weak ones and lists are not, so they match nothing.
fn parse(value: &HeaderValue) -> Option<i64> {
    value.to_str().ok()?.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_revision_and_nothing_else_does() {
        assert_eq!(parse(&etag(17).1), Some(17));
        for other in ["17", "W/\"17\"", "\"17\", \"18\"", "*", "\"\""] {
            assert_eq!(parse(&HeaderValue::from_static(other)), None, "{other}");
        }
    }
}
