//! Looking at the platform.

use std::time::Duration;

use chassis::{Code, ErrorKind, Problem};

/// Nothing has been looked at yet.
const STATUS_PENDING: Code = Code {
    name: "system-status-pending",
    kind: ErrorKind::Unavailable,
    title: "The platform has not been looked at yet",
};
/// The checks could not be run.
const CHECKS_UNAVAILABLE: Code = Code {
    name: "checks-unavailable",
    kind: ErrorKind::Unavailable,
    title: "The system checks cannot be run",
};

/// Every code of this area.
pub(super) const CODES: &[&Code] = &[&STATUS_PENDING, &CHECKS_UNAVAILABLE];

/// Why the platform's state cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SystemError {
    #[error("the services are being looked at for the first time; try again in a moment")]
    Pending,
    #[error("this server was not started by `nexus`, which runs the checks")]
    NoChecks,
    #[error("the checks took longer than {0} s; `nexus validate` on the server waits longer")]
    ChecksTooSlow(u64),
    #[error("{0}")]
    ChecksFailed(String),
}

impl From<SystemError> for Problem {
    fn from(error: SystemError) -> Self {
        let code = match error {
            SystemError::Pending => &STATUS_PENDING,
            SystemError::NoChecks
            | SystemError::ChecksTooSlow(_)
            | SystemError::ChecksFailed(_) => &CHECKS_UNAVAILABLE,
        };
        Self::new(code, error.to_string()).retry_after(Duration::from_secs(2))
    }
}
