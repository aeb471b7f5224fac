//! Signing in, refreshing, signing out.

use std::time::Duration;

use api::gateway::SecondFactorMethod;
use chassis::problem::codes::SESSION_REVOKED;
use chassis::{Code, ErrorKind, Problem};

use super::account::PASSWORD_REFUSED;
use super::{FactorError, PasskeyError, database};
use crate::domain::assurance::{AAL1, AAL2};
use crate::domain::password::PasswordRefused;
use crate::password_hasher::HashError;
use crate::signing::SigningError;

/// E-mail or password is wrong; which of them is not said.
const WRONG_CREDENTIALS: Code = Code {
    name: "wrong-credentials",
    kind: ErrorKind::Unauthenticated,
    title: "E-mail or password is wrong",
};
/// Too many sign-in attempts.
pub(super) const TOO_MANY_ATTEMPTS: Code = Code {
    name: "too-many-attempts",
    kind: ErrorKind::TooManyRequests,
    title: "Too many sign-in attempts",
};
/// Too many sign-ins at once.
pub(super) const SIGN_IN_BUSY: Code = Code {
    name: "sign-in-busy",
    kind: ErrorKind::Unavailable,
    title: "Too many people are signing in",
};
/// The refresh token is not good.
const REFRESH_TOKEN_INVALID: Code = Code {
    name: "refresh-token-invalid",
    kind: ErrorKind::Unauthenticated,
    title: "Refresh token not accepted",
};
/// The refresh token was used before.
const REFRESH_TOKEN_REUSED: Code = Code {
    name: "refresh-token-reused",
    kind: ErrorKind::Unauthenticated,
    title: "Refresh token used twice",
};
/// The password is right and not enough.
const SECOND_FACTOR_REQUIRED: Code = Code {
    name: "second-factor-required",
    kind: ErrorKind::Unauthenticated,
    title: "A second factor is needed",
};
/// The last proof of who somebody is was too long ago or too weak.
const STEP_UP_REQUIRED: Code = Code {
    name: "step-up-required",
    kind: ErrorKind::Unauthenticated,
    title: "Prove again who you are",
};
/// There is no such open session.
const UNKNOWN_SESSION: Code =
    Code { name: "unknown-session", kind: ErrorKind::NotFound, title: "No such session" };
/// Every code of this area.
pub(super) const CODES: &[&Code] = &[
    &WRONG_CREDENTIALS,
    &TOO_MANY_ATTEMPTS,
    &SIGN_IN_BUSY,
    &REFRESH_TOKEN_INVALID,
    &REFRESH_TOKEN_REUSED,
    &SECOND_FACTOR_REQUIRED,
    &STEP_UP_REQUIRED,
    &UNKNOWN_SESSION,
];

/// Why a session cannot be opened, refreshed, shown or ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error("e-mail or password is wrong")]
    WrongCredentials,
    #[error("the password is wrong")]
    WrongPassword,
    #[error("too many attempts to sign in; wait before trying again")]
    Throttled { retry_after: Duration },
    #[error("too many people are signing in at this moment; try again in a second")]
    Busy,
    #[error("the refresh token is unknown or its session has ended; sign in again")]
    RefreshInvalid,
    #[error("the refresh token was used before, so its session has been ended; sign in again")]
    RefreshReused,
    #[error("the session has ended; sign in again")]
    Ended,
    #[error("the password is right; answer the challenge with a second factor")]
    SecondFactor { challenge: String, methods: Vec<SecondFactorMethod> },
    #[error("prove again who you are: POST /api/v1/session/step-up")]
    StepUp { max_age: time::Duration, two_factors: bool },
    #[error("there is no such open session")]
    Unknown,
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    #[error(transparent)]
    Factor(#[from] FactorError),
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error("the access token cannot be signed")]
    Sign(#[from] SigningError),
    #[error("the password cannot be checked")]
    Hash(#[source] HashError),
}

impl From<HashError> for SessionError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            error => Self::Hash(error),
        }
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        let text = error.to_string();
        match error {
            SessionError::WrongCredentials | SessionError::WrongPassword => {
                Self::new(&WRONG_CREDENTIALS, text)
            }
            SessionError::Throttled { retry_after } => {
                Self::new(&TOO_MANY_ATTEMPTS, text).retry_after(retry_after)
            }
            SessionError::Busy => {
                Self::new(&SIGN_IN_BUSY, text).retry_after(Duration::from_secs(1))
            }
            SessionError::RefreshInvalid => Self::new(&REFRESH_TOKEN_INVALID, text),
            SessionError::RefreshReused => Self::new(&REFRESH_TOKEN_REUSED, text),
            SessionError::SecondFactor { challenge, methods } => {
                let methods: Vec<&str> = methods.iter().map(|method| method.name()).collect();
                Self::new(&SECOND_FACTOR_REQUIRED, text)
                    .member("challenge", challenge)
                    .member("methods", methods)
            }
            SessionError::StepUp { max_age, two_factors } => {
                let acr = if two_factors { AAL2 } else { AAL1 };
                let seconds = max_age.whole_seconds();
                Self::new(&STEP_UP_REQUIRED, text)
                    .authenticate(format!(
                        "error=\"insufficient_user_authentication\", acr_values=\"{acr}\", max_age=\"{seconds}\""
                    ))
                    .member("acr_values", acr)
                    .member("max_age", seconds)
            }
            SessionError::Unknown => Self::new(&UNKNOWN_SESSION, text),
            SessionError::Password(refused) => {
                Self::new(&PASSWORD_REFUSED, text).field("/new_password", refused.to_string())
            }
            SessionError::Factor(error) => error.into(),
            SessionError::Passkey(error) => error.into(),
            SessionError::Ended => Self::new(&SESSION_REVOKED, text),
            SessionError::Database(source) => database(source),
            error @ (SessionError::Sign(_) | SessionError::Hash(_)) => Self::internal(error),
        }
    }
}
