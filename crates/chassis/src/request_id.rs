//! One id per request: from nginx through every service, in every log line and error answer.

use std::fmt;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// Header that carries the id in and out.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id taken from outside.
const MAX_LENGTH: usize = 64;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// Id of a request: 8 to 64 characters out of `A-Z a-z 0-9 - _ .`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// A new id, which sorts by time.
    pub fn generate() -> Self {
        Self(Uuid::now_v7().simple().to_string())
    }

    /// The id that came with a request, or a new one when there is none that can be trusted to
    /// stand in a log line.
    pub fn of(headers: &HeaderMap) -> Self {
        headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .filter(|text| is_sane(text))
            .map_or_else(Self::generate, |text| Self(text.to_owned()))
    }

    /// Id of the request that the current task handles.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs a future as part of the handling of this request.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        CURRENT.scope(self, future).await
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as a header value.
    pub fn to_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_sane(text: &str) -> bool {
    (8..=MAX_LENGTH).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::{HEADER, RequestId};

    #[test]
    fn only_sane_ids_are_taken_from_outside() {
        let cases = [
            ("0123456789abcdef0123456789abcdef", true),
            ("short", false),
            ("has spaces in it", false),
            ("\"quoted-and-long\"", false),
        ];
        for (text, taken) in cases {
            let headers = HeaderMap::from_iter([(HEADER, HeaderValue::from_static(text))]);
            assert_eq!(RequestId::of(&headers).as_str() == text, taken, "{text}");
        }
        let long =
            HeaderMap::from_iter([(HEADER, HeaderValue::from_str(&"a".repeat(65)).unwrap())]);
        assert_eq!(RequestId::of(&long).as_str().len(), 32);
    }

    #[tokio::test]
    async fn the_current_id_is_known_inside_a_scope_only() {
        let id = RequestId::generate();
        let seen = id.clone().scope(async { RequestId::current() }).await;
        assert_eq!(seen, Some(id));
        assert_eq!(RequestId::current(), None);
    }
}
