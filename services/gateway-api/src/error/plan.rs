//! Giving accounts plans.

use chassis::{Code, ErrorKind, Problem};

use super::database;

/// Nobody has this id or address.
const NO_SUCH_ACCOUNT: Code =
    Code { name: "no-such-account", kind: ErrorKind::NotFound, title: "There is no such account" };

/// Every code of this area.
pub(super) const CODES: &[&Code] = &[&NO_SUCH_ACCOUNT];

/// Why an account cannot be given a plan.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlanError {
    #[error("no account has this id; GET /api/v1/people lists them")]
    NoPerson,
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        let text = error.to_string();
        match error {
            PlanError::NoPerson => Self::new(&NO_SUCH_ACCOUNT, text),
            PlanError::Database(source) => database(source),
        }
    }
}
