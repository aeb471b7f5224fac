//! Passkeys: registering them and signing in with them.

use std::time::Duration;

use chassis::{Code, ErrorKind, Problem};
use webauthn::WebauthnError;

use super::FactorError;

/// The passkey was not believed.
const PASSKEY_REFUSED: Code = Code {
    name: "passkey-refused",
    kind: ErrorKind::Unauthenticated,
    title: "Passkey not accepted",
};
/// The passkey cannot be registered.
const PASSKEY_INVALID: Code = Code {
    name: "passkey-invalid",
    kind: ErrorKind::Invalid,
    title: "The passkey cannot be registered",
};
/// Somebody has registered it already.
const PASSKEY_TAKEN: Code = Code {
    name: "passkey-taken",
    kind: ErrorKind::Conflict,
    title: "The passkey is registered already",
};
/// There are as many as there may be.
const TOO_MANY_PASSKEYS: Code = Code {
    name: "too-many-passkeys",
    kind: ErrorKind::Conflict,
    title: "There are too many passkeys",
};
/// Passkeys cannot be used now, or not here.
const PASSKEYS_UNAVAILABLE: Code = Code {
    name: "passkeys-unavailable",
    kind: ErrorKind::Unavailable,
    title: "Passkeys cannot be used now",
};

/// Every code of this area.
pub(super) const CODES: &[&Code] = &[
    &PASSKEY_REFUSED,
    &PASSKEY_INVALID,
    &PASSKEY_TAKEN,
    &TOO_MANY_PASSKEYS,
    &PASSKEYS_UNAVAILABLE,
];

/// Why a passkey is not registered or not believed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasskeyError {
    #[error("the passkey was not accepted; begin again")]
    Refused(#[source] Refusal),
    #[error("the passkey cannot be registered; begin again")]
    Invalid(#[source] WebauthnError),
    #[error("the passkey is registered already; use it, or register another")]
    Taken,
    #[error("you have 20 passkeys; remove one that is not needed")]
    TooMany,
    #[error("a passkey's name has 1 to 120 characters")]
    Name,
    #[error("passkeys need a host name, and the platform's public address has none")]
    NoHostName,
    #[error("what a passkey answers cannot be remembered at this moment; try again shortly")]
    Unavailable(#[source] store::RedisError),
    #[error(transparent)]
    Factor(#[from] FactorError),
}

/// Why a passkey was not believed: for the log, not for whoever tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the ceremony is over, or was for something else")]
    Ceremony,
    #[error("nobody has registered it")]
    Unknown,
    #[error("it is somebody else's")]
    Stranger,
    #[error("its account is disabled")]
    Disabled,
    #[error(transparent)]
    Answer(#[from] WebauthnError),
}

impl From<Refusal> for PasskeyError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<sqlx::Error> for PasskeyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Factor(error.into())
    }
}

impl From<PasskeyError> for Problem {
    fn from(error: PasskeyError) -> Self {
        let text = error.to_string();
        match error {
            PasskeyError::Refused(_) => Self::new(&PASSKEY_REFUSED, text).caused_by(error),
            PasskeyError::Invalid(_) => Self::new(&PASSKEY_INVALID, text).caused_by(error),
            PasskeyError::Taken => Self::new(&PASSKEY_TAKEN, text),
            PasskeyError::TooMany => Self::new(&TOO_MANY_PASSKEYS, text),
            PasskeyError::Name => {
                Self::new(&PASSKEY_INVALID, text).field("/name", "has 1 to 120 characters")
            }
            PasskeyError::NoHostName => Self::new(&PASSKEYS_UNAVAILABLE, text),
            PasskeyError::Unavailable(_) => Self::new(&PASSKEYS_UNAVAILABLE, text)
                .retry_after(Duration::from_secs(2))
                .caused_by(error),
            PasskeyError::Factor(error) => error.into(),
        }
    }
}
