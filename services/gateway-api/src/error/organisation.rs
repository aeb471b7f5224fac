//! Organisations, their members and teams.

use std::time::Duration;

use chassis::revision::changed;
use chassis::{Code, ErrorKind, Problem};

use super::account::{TOO_MANY_MAILS, UNKNOWN_INVITATION};
use super::database;
use crate::mail::quota::TooManyMails;

/// There is no such organisation, or it is none of the caller's business.
const UNKNOWN_ORGANISATION: Code = Code {
    name: "unknown-organisation",
    kind: ErrorKind::NotFound,
    title: "There is no such organisation",
};
/// The caller's role in the organisation does not allow it.
const ORGANISATION_ROLE_MISSING: Code = Code {
    name: "organisation-role-missing",
    kind: ErrorKind::Forbidden,
    title: "Your role in the organisation does not allow it",
};
/// A value cannot be used.
const INVALID_ORGANISATION: Code = Code {
    name: "invalid-organisation",
    kind: ErrorKind::Invalid,
    title: "The organisation or team cannot be saved like this",
};
/// The person is no member.
const UNKNOWN_MEMBER: Code = Code {
    name: "unknown-member",
    kind: ErrorKind::NotFound,
    title: "The organisation has no such member",
};
/// The person is a member already.
const ALREADY_MEMBER: Code = Code {
    name: "already-member",
    kind: ErrorKind::Conflict,
    title: "The person is a member already",
};
/// The organisation would have no owner.
const LAST_OWNER: Code = Code {
    name: "last-owner",
    kind: ErrorKind::Conflict,
    title: "The organisation would have no owner",
};
/// There is no such team.
const UNKNOWN_TEAM: Code = Code {
    name: "unknown-team",
    kind: ErrorKind::NotFound,
    title: "The organisation has no such team",
};
/// Another team has the name.
const TEAM_TAKEN: Code =
    Code { name: "team-taken", kind: ErrorKind::Conflict, title: "Another team has the name" };

/// Every code of this area.
pub(super) const CODES: &[&Code] = &[
    &UNKNOWN_ORGANISATION,
    &ORGANISATION_ROLE_MISSING,
    &INVALID_ORGANISATION,
    &UNKNOWN_MEMBER,
    &ALREADY_MEMBER,
    &LAST_OWNER,
    &UNKNOWN_TEAM,
    &TEAM_TAKEN,
];

/// Why something cannot be done with an organisation.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OrganisationError {
    #[error("there is no such organisation, or you are not a member of it")]
    Unknown,
    #[error("this needs another role in the organisation; ask one of its owners")]
    NotAllowed,
    #[error("write a name of 1 to 120 characters")]
    Name,
    #[error("write an e-mail address such as ada@example.org")]
    Email,
    #[error("the person is not a member of the organisation")]
    UnknownMember,
    #[error("the person is a member of the organisation already")]
    AlreadyMember,
    #[error(
        "this is the only owner; make somebody else an owner first, or delete the organisation"
    )]
    LastOwner,
    #[error("the organisation has no such team")]
    UnknownTeam,
    #[error("another team of the organisation has this name; choose another")]
    TeamTaken,
    #[error("the invitation was answered, was taken back or has expired")]
    UnknownInvitation,
    #[error(
        "too many invitations were sent by you or to this address; wait before sending another"
    )]
    TooManyMails { retry_after: Duration },
    #[error("somebody changed it meanwhile")]
    Changed,
    #[error("the organisation's plan has no room for another member")]
    Plan(Problem),
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl From<Problem> for OrganisationError {
    fn from(problem: Problem) -> Self {
        Self::Plan(problem)
    }
}

impl From<TooManyMails> for OrganisationError {
    fn from(TooManyMails { retry_after }: TooManyMails) -> Self {
        Self::TooManyMails { retry_after }
    }
}

impl From<OrganisationError> for Problem {
    fn from(error: OrganisationError) -> Self {
        let text = error.to_string();
        match error {
            OrganisationError::Unknown => Self::new(&UNKNOWN_ORGANISATION, text),
            OrganisationError::NotAllowed => Self::new(&ORGANISATION_ROLE_MISSING, text),
            OrganisationError::Name => {
                Self::new(&INVALID_ORGANISATION, text.clone()).field("/name", text)
            }
            OrganisationError::Email => {
                Self::new(&INVALID_ORGANISATION, text.clone()).field("/email", text)
            }
            OrganisationError::UnknownMember => Self::new(&UNKNOWN_MEMBER, text),
            OrganisationError::AlreadyMember => Self::new(&ALREADY_MEMBER, text),
            OrganisationError::LastOwner => Self::new(&LAST_OWNER, text),
            OrganisationError::UnknownTeam => Self::new(&UNKNOWN_TEAM, text),
            OrganisationError::TeamTaken => Self::new(&TEAM_TAKEN, text),
            OrganisationError::UnknownInvitation => Self::new(&UNKNOWN_INVITATION, text),
            OrganisationError::TooManyMails { retry_after } => {
                Self::new(&TOO_MANY_MAILS, text).retry_after(retry_after)
            }
            OrganisationError::Changed => changed(),
            OrganisationError::Plan(problem) => problem,
            OrganisationError::Database(source) => database(source),
        }
    }
}
