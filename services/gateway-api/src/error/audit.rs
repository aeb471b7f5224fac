//! Reading the audit log.

use chassis::{Code, ErrorKind, Problem};

use super::database;
use crate::audit_log::{CheckpointError, ProofError, TreeError};
use crate::domain::audit_cursor::InvalidCursor;
use crate::domain::audit_filter::InvalidFilter;

/// The page of a list cannot be found.
pub(super) const INVALID_CURSOR: Code = Code {
    name: "invalid-cursor",
    kind: ErrorKind::Invalid,
    title: "The cursor is not one of ours",
};
/// A page size out of bounds.
pub(super) const INVALID_LIMIT: Code = Code {
    name: "invalid-limit",
    kind: ErrorKind::Invalid,
    title: "The page size is out of bounds",
};

/// A search that nothing could answer.
const INVALID_AUDIT_SEARCH: Code = Code {
    name: "invalid-audit-search",
    kind: ErrorKind::Invalid,
    title: "The search cannot be answered",
};
/// An entry that is not in the log.
const UNKNOWN_AUDIT_ENTRY: Code = Code {
    name: "unknown-audit-entry",
    kind: ErrorKind::NotFound,
    title: "The audit log has no such entry",
};
/// The log was tampered with.
const AUDIT_LOG_INCONSISTENT: Code = Code {
    name: "audit-log-inconsistent",
    kind: ErrorKind::Conflict,
    title: "The audit log is not what its checkpoints sealed",
};

/// Every code of this area.
pub(super) const CODES: &[&Code] = &[
    &INVALID_CURSOR,
    &INVALID_LIMIT,
    &INVALID_AUDIT_SEARCH,
    &UNKNOWN_AUDIT_ENTRY,
    &AUDIT_LOG_INCONSISTENT,
];

/// Why a page of the audit log cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuditError {
    #[error("the page size is 1 to 200")]
    Limit,
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error(transparent)]
    Filter(#[from] InvalidFilter),
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl From<AuditError> for Problem {
    fn from(error: AuditError) -> Self {
        let text = error.to_string();
        match error {
            AuditError::Limit => Self::new(&INVALID_LIMIT, text),
            AuditError::Cursor(_) => Self::new(&INVALID_CURSOR, text),
            AuditError::Filter(_) => Self::new(&INVALID_AUDIT_SEARCH, text),
            AuditError::Database(source) => database(source),
        }
    }
}

impl From<CheckpointError> for Problem {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::Inconsistent(_) => {
                Self::new(&AUDIT_LOG_INCONSISTENT, error.to_string())
            }
            CheckpointError::Tree(error) => error.into(),
        }
    }
}

impl From<ProofError> for Problem {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::UnknownEntry => Self::new(&UNKNOWN_AUDIT_ENTRY, error.to_string()),
            ProofError::Checkpoint(error) => error.into(),
            ProofError::Tree(error) => error.into(),
        }
    }
}

impl From<TreeError> for Problem {
    fn from(error: TreeError) -> Self {
        match error {
            TreeError::Incomplete => Self::new(&AUDIT_LOG_INCONSISTENT, error.to_string()),
            TreeError::Database(source) => database(source),
            error @ TreeError::Leaf(_) => Self::internal(error),
        }
    }
}
