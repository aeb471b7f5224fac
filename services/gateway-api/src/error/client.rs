//! Registering and changing OAuth clients; taking consents back.

use chassis::{Code, ErrorKind, Problem};

use super::database;
use crate::domain::audit_cursor::InvalidCursor;
use crate::domain::oauth::client::ClientRefused;

/// No client has this id.
const UNKNOWN_CLIENT: Code =
    Code { name: "unknown-client", kind: ErrorKind::NotFound, title: "No such client" };
/// What is said about a client cannot be.
const INVALID_CLIENT: Code = Code {
    name: "invalid-client",
    kind: ErrorKind::Invalid,
    title: "The client cannot be registered like this",
};
/// The client belongs to the platform.
const CLIENT_IS_BUILT_IN: Code = Code {
    name: "client-is-built-in",
    kind: ErrorKind::Conflict,
    title: "The client belongs to the platform",
};
/// A public client has no secret.
const CLIENT_HAS_NO_SECRET: Code = Code {
    name: "client-has-no-secret",
    kind: ErrorKind::Conflict,
    title: "The client has no secret",
};

/// Every code of this area.
pub(super) const CODES: &[&Code] =
    &[&UNKNOWN_CLIENT, &INVALID_CLIENT, &CLIENT_IS_BUILT_IN, &CLIENT_HAS_NO_SECRET];

/// Why a client is not shown, registered or changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("there is no such client; list them to see which there are")]
    Unknown,
    #[error("the client was changed meanwhile")]
    Changed,
    #[error("this client is part of the platform and follows its settings")]
    BuiltIn,
    #[error("a public client proves itself with PKCE and has no secret")]
    NoSecret,
    #[error("{refused}")]
    Refused {
        /// Where the client stands in the body.
        at: &'static str,
        refused: ClientRefused,
    },
    #[error("the page size is 1 to 200")]
    Limit,
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl From<ClientError> for Problem {
    fn from(error: ClientError) -> Self {
        let text = error.to_string();
        match error {
            ClientError::Unknown => Self::new(&UNKNOWN_CLIENT, text),
            ClientError::Changed => chassis::revision::changed(),
            ClientError::BuiltIn => Self::new(&CLIENT_IS_BUILT_IN, text),
            ClientError::NoSecret => Self::new(&CLIENT_HAS_NO_SECRET, text),
            ClientError::Refused { at, refused } => Self::new(&INVALID_CLIENT, text.clone())
                .field(format!("{at}{}", refused.pointer()), text),
            ClientError::Limit => Self::new(&super::audit::INVALID_LIMIT, text),
            ClientError::Cursor(_) => Self::new(&super::audit::INVALID_CURSOR, text),
            ClientError::Database(source) => database(source),
        }
    }
}
