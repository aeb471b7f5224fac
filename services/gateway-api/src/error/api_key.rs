//! API keys.

use chassis::problem::codes::{API_KEY_REFUSED, KEYS_UNAVAILABLE};
use chassis::{Code, ErrorKind, Problem};

use super::database;
use crate::domain::api_key::Unacceptable;
use crate::domain::audit_cursor::InvalidCursor;
use crate::error::audit::{INVALID_CURSOR, INVALID_LIMIT};
use crate::signing::SigningError;

/// The caller has no such key.
const NO_SUCH_API_KEY: Code =
    Code { name: "no-such-api-key", kind: ErrorKind::NotFound, title: "There is no such API key" };
/// A value of the key is not acceptable.
const INVALID_API_KEY: Code = Code {
    name: "invalid-api-key",
    kind: ErrorKind::Invalid,
    title: "The API key cannot be like this",
};
/// There are as many as there may be.
const TOO_MANY_API_KEYS: Code = Code {
    name: "too-many-api-keys",
    kind: ErrorKind::Conflict,
    title: "There are too many API keys",
};
/// Every code of this area.
pub(super) const CODES: &[&Code] = &[&NO_SUCH_API_KEY, &INVALID_API_KEY, &TOO_MANY_API_KEYS];

/// Why a key cannot be made, changed, shown, revoked or used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiKeyError {
    #[error("you have no such API key, or it was revoked")]
    NoSuchKey,
    #[error(transparent)]
    Unacceptable(#[from] Unacceptable),
    #[error("you have 50 API keys that work; revoke one that is not needed")]
    TooMany,
    #[error("the API key is unknown, expired or revoked; ask its owner for another")]
    Refused,
    #[error("the page size is 1 to 200")]
    Limit,
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error("the access token cannot be signed")]
    Sign(#[from] SigningError),
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl From<ApiKeyError> for Problem {
    fn from(error: ApiKeyError) -> Self {
        let text = error.to_string();
        match error {
            ApiKeyError::NoSuchKey => Self::new(&NO_SUCH_API_KEY, text),
            ApiKeyError::Unacceptable(reason) => {
                Self::new(&INVALID_API_KEY, text.clone()).field(pointer(&reason), text)
            }
            ApiKeyError::TooMany => Self::new(&TOO_MANY_API_KEYS, text),
            ApiKeyError::Refused => Self::new(&API_KEY_REFUSED, text),
            ApiKeyError::Limit => Self::new(&INVALID_LIMIT, text),
            ApiKeyError::Cursor(_) => Self::new(&INVALID_CURSOR, text),
            ApiKeyError::Sign(source) => {
                Self::new(&KEYS_UNAVAILABLE, "no token can be signed now; try again shortly")
                    .caused_by(source)
            }
            ApiKeyError::Database(source) => database(source),
        }
    }
}

/// Which value is meant.
fn pointer(reason: &Unacceptable) -> &'static str {
    match reason {
        Unacceptable::Name => "/name",
        Unacceptable::Scope(_) | Unacceptable::NoScope => "/scopes",
        Unacceptable::Expired => "/expires_at",
        Unacceptable::Rate => "/requests_per_minute",
        Unacceptable::Overlap => "/overlap_seconds",
    }
}
