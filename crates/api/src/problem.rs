//! Error answers: RFC 9457 problem details with a stable code.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Media type of a serialised [`Problem`].
pub const CONTENT_TYPE: &str = "application/problem+json";

/// An error answer in the form of RFC 9457, sent as `application/problem+json`.
///
/// Programs branch on `code`; people read `title` and `detail`. Every code has a page in
/// `docs/errors/<code>.md` that says what happened, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// URI that names the kind of problem: `urn:nexus-cos:error:<code>`.
    #[serde(rename = "type")]
    #[schema(example = "urn:nexus-cos:error:not-found")]
    pub kind: String,
    /// Short summary of the kind of problem; the same for every occurrence.
    pub title: String,
    /// HTTP status, repeated from the status line.
    #[schema(example = 404)]
    pub status: u16,
    /// What happened this time and what can be done about it.
    pub detail: String,
    /// Stable code in kebab case.
    #[schema(example = "not-found")]
    pub code: String,
    /// Id of the request that failed: the value to search the logs for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// What is wrong with which part of the request, when the request was understood but refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Members of the code's own, which its page describes (RFC 9457, 3.2).
    #[serde(flatten)]
    pub members: Map<String, Value>,
}

/// One fault in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the value at fault, for example `/password`.
    #[schema(example = "/password")]
    pub pointer: String,
    /// What is wrong with it, in a lowercase fragment.
    pub detail: String,
}
