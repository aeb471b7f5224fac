//! Second factors: setting them up, and answering with them.

use std::time::Duration;

use chassis::{Code, ErrorKind, Problem};

use super::database;
use super::session::TOO_MANY_ATTEMPTS;
use crate::sealed::SealError;

/// There is an authenticator app already.
const TOTP_ENABLED: Code = Code {
    name: "totp-enabled",
    kind: ErrorKind::Conflict,
    title: "An authenticator app is in use already",
};
/// No new authenticator app waits for its first code.
const TOTP_NOT_PENDING: Code = Code {
    name: "totp-not-pending",
    kind: ErrorKind::Conflict,
    title: "No authenticator app waits for its first code",
};
/// There is no such factor.
const FACTOR_MISSING: Code =
    Code { name: "factor-missing", kind: ErrorKind::NotFound, title: "There is no such factor" };
/// The code that a new app should show is another one.
const WRONG_CODE: Code =
    Code { name: "wrong-code", kind: ErrorKind::Invalid, title: "The code is not the one" };

/// The second factor is not the one of the account.
const WRONG_SECOND_FACTOR: Code = Code {
    name: "wrong-second-factor",
    kind: ErrorKind::Unauthenticated,
    title: "Second factor not accepted",
};
/// The challenge is too old, used up, or not ours.
const CHALLENGE_INVALID: Code = Code {
    name: "challenge-invalid",
    kind: ErrorKind::Unauthenticated,
    title: "The challenge is no longer good",
};
/// A password was given where the account has a second factor.
const SECOND_FACTOR_NEEDED: Code = Code {
    name: "second-factor-needed",
    kind: ErrorKind::Invalid,
    title: "The password alone is not enough",
};

/// Every code of this area.
pub(super) const CODES: &[&Code] = &[
    &TOTP_ENABLED,
    &TOTP_NOT_PENDING,
    &FACTOR_MISSING,
    &WRONG_CODE,
    &WRONG_SECOND_FACTOR,
    &CHALLENGE_INVALID,
    &SECOND_FACTOR_NEEDED,
];

/// Why a factor cannot be set up, removed or believed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FactorError {
    #[error("an authenticator app is in use; remove it before you set up another")]
    TotpEnabled,
    #[error("no authenticator app waits for its first code; begin with setting one up")]
    TotpNotPending,
    #[error("there is no such factor on this account")]
    Missing,
    #[error("the code is not the one that the app shows now; check the clock of its device")]
    WrongCode,
    #[error("the code is wrong, or was used before; wait for the next one")]
    Refused,
    #[error("the challenge is too old, was answered, or is not one of ours; begin again")]
    Challenge,
    #[error("the account has a second factor: prove that one, not the password")]
    Needed,
    #[error("too many answers; wait before trying again")]
    Throttled { retry_after: Duration },
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error("the secret of an authenticator app cannot be kept or read")]
    Sealed(#[from] SealError),
    #[error("the secret of an authenticator app cannot be used")]
    Totp(#[from] totp_rs::TotpError),
}

impl From<FactorError> for Problem {
    fn from(error: FactorError) -> Self {
        let text = error.to_string();
        match error {
            FactorError::TotpEnabled => Self::new(&TOTP_ENABLED, text),
            FactorError::TotpNotPending => Self::new(&TOTP_NOT_PENDING, text),
            FactorError::Missing => Self::new(&FACTOR_MISSING, text),
            FactorError::WrongCode => {
                Self::new(&WRONG_CODE, text).field("/code", "not the code of this moment")
            }
            FactorError::Refused => Self::new(&WRONG_SECOND_FACTOR, text),
            FactorError::Needed => Self::new(&SECOND_FACTOR_NEEDED, text),
            FactorError::Challenge => Self::new(&CHALLENGE_INVALID, text),
            FactorError::Throttled { retry_after } => {
                Self::new(&TOO_MANY_ATTEMPTS, text).retry_after(retry_after)
            }
            FactorError::Database(source) => database(source),
            error @ (FactorError::Sealed(_) | FactorError::Totp(_)) => Self::internal(error),
        }
    }
}
