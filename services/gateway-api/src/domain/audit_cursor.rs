//! Cursors into the audit log: the id of the last entry shown.

use uuid::Uuid;

/// A cursor that this service did not make.
#[derive(Debug, thiserror::Error)]
#[error("the cursor is not one of ours; leave it out to begin with the newest entry")]
pub(crate) struct InvalidCursor;

/// The cursor after an entry.
pub(crate) fn after(id: Uuid) -> String {
    id.simple().to_string()
}

/// The entry that a cursor comes after.
pub(crate) fn parse(cursor: &str) -> Result<Uuid, InvalidCursor> {
    Uuid::try_parse(cursor).map_err(|_| InvalidCursor)
}
