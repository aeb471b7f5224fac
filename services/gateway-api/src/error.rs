//! What gateway-api answers when it cannot do what was asked. One module per area.

mod audit;
mod browser;
mod plan;
mod session;

use std::time::Duration;

use chassis::problem::codes::DATABASE_UNAVAILABLE;
use chassis::{Code, Problem};

pub(crate) use audit::AuditError;
pub(crate) use browser::BrowserError;
pub(crate) use plan::PlanError;
pub(crate) use session::SessionError;

/// Every code of this service; each has its page.
pub fn codes() -> Vec<&'static Code> {
    [session::CODES, browser::CODES, audit::CODES, plan::CODES].concat()
}

fn database(error: sqlx::Error) -> Problem {
    if !store::database::is_unavailable(&error) {
        return Problem::internal(error);
    }
    Problem::new(&DATABASE_UNAVAILABLE, "the database does not answer; try again shortly")
        .retry_after(Duration::from_secs(2))
        .caused_by(error)
}
