//! Making, recovering and administering accounts.

use std::time::Duration;

use chassis::revision::changed;
use chassis::{Code, ErrorKind, Problem};

use super::audit::{INVALID_CURSOR, INVALID_LIMIT};
use super::database;
use super::session::SIGN_IN_BUSY;
use crate::domain::audit_cursor::InvalidCursor;
use crate::domain::password::PasswordRefused;
use crate::mail::quota::TooManyMails;
use crate::password_hasher::HashError;

/// Accounts are not made by everybody here.
const SIGN_UP_CLOSED: Code = Code {
    name: "sign-up-closed",
    kind: ErrorKind::Forbidden,
    title: "Signing up is not open to everybody",
};
/// The link of a mail is no good.
const LINK_INVALID: Code = Code {
    name: "link-invalid",
    kind: ErrorKind::NotFound,
    title: "The link is not good any more",
};
/// The password is not accepted.
pub(super) const PASSWORD_REFUSED: Code = Code {
    name: "password-refused",
    kind: ErrorKind::Invalid,
    title: "The password is not accepted",
};
/// A value of a person cannot be used.
const INVALID_PERSON: Code = Code {
    name: "invalid-person",
    kind: ErrorKind::Invalid,
    title: "The person cannot be saved like this",
};
/// The address has an account.
const ADDRESS_TAKEN: Code = Code {
    name: "address-taken",
    kind: ErrorKind::Conflict,
    title: "The address has an account already",
};
/// Too many mails were asked for.
pub(super) const TOO_MANY_MAILS: Code = Code {
    name: "too-many-mails",
    kind: ErrorKind::TooManyRequests,
    title: "Too many mails were asked for",
};

/// There is no such invitation.
pub(super) const UNKNOWN_INVITATION: Code = Code {
    name: "unknown-invitation",
    kind: ErrorKind::NotFound,
    title: "There is no such invitation",
};

/// There is no such person.
const UNKNOWN_PERSON: Code =
    Code { name: "unknown-person", kind: ErrorKind::NotFound, title: "There is no such person" };
/// Nobody would be left to administer the platform.
const LAST_ADMINISTRATOR: Code = Code {
    name: "last-administrator",
    kind: ErrorKind::Conflict,
    title: "Nobody would be left to administer the platform",
};

/// Every code of this area.
pub(super) const CODES: &[&Code] = &[
    &SIGN_UP_CLOSED,
    &LINK_INVALID,
    &PASSWORD_REFUSED,
    &INVALID_PERSON,
    &ADDRESS_TAKEN,
    &TOO_MANY_MAILS,
    &UNKNOWN_INVITATION,
    &UNKNOWN_PERSON,
    &LAST_ADMINISTRATOR,
];

/// Why something cannot be done with an account.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    #[error("accounts are made by invitation here; ask whoever runs the platform for one")]
    SignUpClosed,
    #[error("the link was used before, has expired or is not whole; ask for a new mail")]
    LinkInvalid,
    #[error(transparent)]
    PasswordRefused(#[from] PasswordRefused),
    #[error("choose a password for the new account")]
    PasswordMissing,
    #[error("write an e-mail address such as ada@example.org")]
    Email,
    #[error("write a name of 1 to 120 characters")]
    DisplayName,
    #[error("this is your address already")]
    SameEmail,
    #[error("the address has an account already; sign in with it, or recover it")]
    AddressTaken,
    #[error("too many mails were asked for from here; wait before asking for another")]
    TooManyMails { retry_after: Duration },
    #[error("the invitation was answered, was taken back or has expired")]
    UnknownInvitation,
    #[error("there is no such person")]
    UnknownPerson,
    #[error("this is the last administrator who can sign in; make somebody else one first")]
    LastAdministrator,
    #[error("somebody changed it meanwhile")]
    Changed,
    #[error("the page size is 1 to 200")]
    Limit,
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error("too many people are signing in at this moment; try again in a second")]
    Busy,
    #[error("the password cannot be hashed")]
    Hash(#[source] HashError),
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl From<HashError> for AccountError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            error => Self::Hash(error),
        }
    }
}

impl From<TooManyMails> for AccountError {
    fn from(TooManyMails { retry_after }: TooManyMails) -> Self {
        Self::TooManyMails { retry_after }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        let text = error.to_string();
        match error {
            AccountError::SignUpClosed => Self::new(&SIGN_UP_CLOSED, text),
            AccountError::LinkInvalid => Self::new(&LINK_INVALID, text),
            AccountError::PasswordRefused(_) | AccountError::PasswordMissing => {
                Self::new(&PASSWORD_REFUSED, text.clone()).field("/password", text)
            }
            AccountError::Email | AccountError::SameEmail => {
                Self::new(&INVALID_PERSON, text.clone()).field("/email", text)
            }
            AccountError::DisplayName => {
                Self::new(&INVALID_PERSON, text.clone()).field("/display_name", text)
            }
            AccountError::AddressTaken => Self::new(&ADDRESS_TAKEN, text),
            AccountError::TooManyMails { retry_after } => {
                Self::new(&TOO_MANY_MAILS, text).retry_after(retry_after)
            }
            AccountError::UnknownInvitation => Self::new(&UNKNOWN_INVITATION, text),
            AccountError::UnknownPerson => Self::new(&UNKNOWN_PERSON, text),
            AccountError::LastAdministrator => Self::new(&LAST_ADMINISTRATOR, text),
            AccountError::Changed => changed(),
            AccountError::Limit => Self::new(&INVALID_LIMIT, text),
            AccountError::Cursor(_) => Self::new(&INVALID_CURSOR, text),
            AccountError::Busy => {
                Self::new(&SIGN_IN_BUSY, text).retry_after(Duration::from_secs(1))
            }
            AccountError::Database(source) => database(source),
            error @ AccountError::Hash(_) => Self::internal(error),
        }
    }
}
