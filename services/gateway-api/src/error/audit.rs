//! Reading the audit log.

use chassis::{Code, ErrorKind, Problem};

use super::database;
use crate::domain::audit_cursor::InvalidCursor;

/// The page of a list cannot be found.
const INVALID_CURSOR: Code = Code {
    name: "invalid-cursor",
    kind: ErrorKind::Invalid,
    title: "The cursor is not one of ours",
};
/// A page size out of bounds.
const INVALID_LIMIT: Code = Code {
    name: "invalid-limit",
    kind: ErrorKind::Invalid,
    title: "The page size is out of bounds",
};

/// Every code of this area.
pub(super) const CODES: &[&Code] = &[&INVALID_CURSOR, &INVALID_LIMIT];

/// Why a page of the audit log cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuditError {
    #[error("the page size is 1 to 200")]
    Limit,
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl From<AuditError> for Problem {
    fn from(error: AuditError) -> Self {
        let text = error.to_string();
        match error {
            AuditError::Limit => Self::new(&INVALID_LIMIT, text),
            AuditError::Cursor(_) => Self::new(&INVALID_CURSOR, text),
            AuditError::Database(source) => database(source),
        }
    }
}
