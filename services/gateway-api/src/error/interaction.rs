//! Going on with a sign-in that a client asked for; agreeing to a device.

use std::time::Duration;

use chassis::{Code, ErrorKind, Problem};

use super::database;
use crate::error::session::TOO_MANY_ATTEMPTS;

/// The interaction is over, expired, or never was.
const UNKNOWN_INTERACTION: Code = Code {
    name: "unknown-interaction",
    kind: ErrorKind::NotFound,
    title: "No such sign-in is going on",
};
/// The person has not done yet what the interaction asks for.
const INTERACTION_NEEDS_SIGN_IN: Code = Code {
    name: "interaction-needs-sign-in",
    kind: ErrorKind::Conflict,
    title: "A sign-in is needed first",
};
/// No device waits with this code.
const UNKNOWN_USER_CODE: Code = Code {
    name: "unknown-user-code",
    kind: ErrorKind::NotFound,
    title: "No device waits with this code",
};

/// Every code of this area.
pub(super) const CODES: &[&Code] =
    &[&UNKNOWN_INTERACTION, &INTERACTION_NEEDS_SIGN_IN, &UNKNOWN_USER_CODE];

/// Why an interaction does not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InteractionError {
    #[error(
        "this sign-in is over or took longer than ten minutes; start again from the program that sent you here"
    )]
    Unknown,
    #[error("sign in first, then go on")]
    NeedsSignIn,
    #[error("no device waits with this code; check it, or let the device show a new one")]
    UnknownUserCode,
    #[error("too many codes were tried; wait before the next")]
    TooMany { retry_after: Duration },
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl From<InteractionError> for Problem {
    fn from(error: InteractionError) -> Self {
        let text = error.to_string();
        match error {
            InteractionError::Unknown => Self::new(&UNKNOWN_INTERACTION, text),
            InteractionError::NeedsSignIn => Self::new(&INTERACTION_NEEDS_SIGN_IN, text),
            InteractionError::UnknownUserCode => Self::new(&UNKNOWN_USER_CODE, text),
            InteractionError::TooMany { retry_after } => {
                Self::new(&TOO_MANY_ATTEMPTS, text).retry_after(retry_after)
            }
            InteractionError::Database(source) => database(source),
        }
    }
}
