//! What mails say.

use api::gateway::MailLinkPurpose;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::macros::format_description;
use uuid::Uuid;

use super::letter::{Action, Letter};

/// A mail that waits to be sent. It holds no token: links are named, and made when it is sent.
///
/// Names that strangers choose are not repeated to addresses that have not been proven, so that
/// nobody can have us send words of theirs to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Mail {
    /// Somebody signed up with the address; whether it has an account is looked up when the mail
    /// is sent, so that the answer to the request cannot tell.
    SignUpRequested { display_name: String },
    /// Somebody asked to recover the account of the address; looked up likewise.
    RecoveryRequested,
    /// Somebody wants the address for their account; looked up likewise.
    ChangeEmailRequested { user: Uuid },
    /// Proves the address of a new account.
    SignUp { link: Uuid },
    /// The address has an account already.
    AlreadyRegistered { link: Uuid, name: String },
    /// The address has an account that an administrator closed.
    Closed { name: String },
    /// The address has no account.
    NotRegistered,
    /// Sets a new password.
    Recovery { link: Uuid, name: String },
    /// Takes a deletion back.
    Restore { link: Uuid, name: String },
    /// The password was changed.
    PasswordChanged { name: String },
    /// Makes an account.
    Invitation { link: Uuid, inviter: Option<String> },
    /// Makes somebody a member of an organisation.
    OrganisationInvitation { link: Uuid, organisation: String, inviter: Option<String> },
    /// Proves the new address of an account.
    ChangeEmail { link: Uuid, name: String },
    /// Tells the old address of the new one, and takes that back.
    EmailChanged { link: Uuid, name: String, email: String },
    /// The account will be erased.
    DeletionRequested {
        link: Uuid,
        name: String,
        #[serde(with = "time::serde::rfc3339")]
        erased_at: OffsetDateTime,
    },
}

/// Where the platform is.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// Its public URL, without a slash at the end.
    pub(crate) url: String,
}

impl Mail {
    /// The purpose and id of the link in it.
    pub(crate) fn link(&self) -> Option<(MailLinkPurpose, Uuid)> {
        match self {
            Self::SignUp { link } => Some((MailLinkPurpose::SignUp, *link)),
            Self::AlreadyRegistered { link, .. } | Self::Recovery { link, .. } => {
                Some((MailLinkPurpose::Recovery, *link))
            }
            Self::Restore { link, .. } | Self::DeletionRequested { link, .. } => {
                Some((MailLinkPurpose::Restore, *link))
            }
            Self::Invitation { link, .. } => Some((MailLinkPurpose::Invitation, *link)),
            Self::OrganisationInvitation { link, .. } => {
                Some((MailLinkPurpose::OrganisationInvitation, *link))
            }
            Self::ChangeEmail { link, .. } => Some((MailLinkPurpose::ChangeEmail, *link)),
            Self::EmailChanged { link, .. } => Some((MailLinkPurpose::UndoEmailChange, *link)),
            Self::SignUpRequested { .. }
            | Self::RecoveryRequested
            | Self::NotRegistered
            | Self::Closed { .. }
            | Self::PasswordChanged { .. }
            | Self::ChangeEmailRequested { .. } => None,
        }
    }

    /// The letter, with the address that its link leads to. `None` for what is only a request.
    pub(crate) fn letter(&self, site: &Site, address: Option<&str>) -> Option<Letter> {
        let host = site.host();
        let act = |label: &'static str| {
            address.map(|address| Action { label, address: address.to_owned() })
        };
        let letter = match self {
            Self::SignUpRequested { .. }
            | Self::RecoveryRequested
            | Self::ChangeEmailRequested { .. } => return None,
            Self::SignUp { .. } => Letter::new(format!("Finish signing up at {host}"))
                .says(format!("Somebody, probably you, signed up at {host} with this address."))
                .says("Open the link to choose a password and begin. It works once, for 24 hours.")
                .action(act("Finish signing up"))
                .says("If it was not you, there is nothing to do: no account is made."),
            Self::AlreadyRegistered { name, .. } => Letter::new(format!("You have an account at {host}"))
                .greets(name)
                .says(format!(
                    "Somebody, probably you, wanted an account at {host} with this address, which has one already."
                ))
                .says("Sign in with it. If you forgot the password, this link sets a new one; it works once, for 30 minutes.")
                .action(act("Set a new password"))
                .says("If it was not you, there is nothing to do."),
            Self::Closed { name } => Letter::new(format!("Your account at {host} is closed"))
                .greets(name)
                .says(format!(
                    "Somebody, probably you, tried to use this address at {host}. Its account was closed by an administrator."
                ))
                .says("Write to whoever runs the platform to have it opened again."),
            Self::NotRegistered => Letter::new(format!("No account at {host}"))
                .says(format!(
                    "Somebody, probably you, asked to recover an account at {host} with this address. There is none."
                ))
                .says("Perhaps you signed up with another address. If it was not you, there is nothing to do."),
            Self::Recovery { name, .. } => Letter::new(format!("Set a new password for {host}"))
                .greets(name)
                .says("The link sets a new password. It works once, for 30 minutes, and ends all your sessions.")
                .action(act("Set a new password"))
                .says("If you did not ask for it, ignore this mail: your password stays as it is."),
            Self::Restore { name, .. } => Letter::new(format!("Your account at {host} is about to be erased"))
                .greets(name)
                .says("You asked for your account to be deleted. Until it is erased, this link brings it back.")
                .action(act("Keep my account")),
            Self::PasswordChanged { name } => Letter::new(format!("Your password at {host} was changed"))
                .greets(name)
                .says("Your password was changed and your sessions were ended.")
                .says(format!(
                    "If it was not you, recover your account at once: {}/recover",
                    site.url
                )),
            Self::Invitation { inviter, .. } => Letter::new(format!("You are invited to {host}"))
                .says(match inviter {
                    Some(inviter) => format!("{inviter} invites you to {host}."),
                    None => format!("You are invited to {host}."),
                })
                .says("Open the link to choose a password and begin. It works once, for 7 days.")
                .action(act("Accept the invitation")),
            Self::OrganisationInvitation { organisation, inviter, .. } => {
                Letter::new(format!("You are invited to {organisation} at {host}"))
                    .says(match inviter {
                        Some(inviter) => format!("{inviter} invites you to join {organisation} at {host}."),
                        None => format!("You are invited to join {organisation} at {host}."),
                    })
                    .says("Open the link to join. It works once, for 7 days.")
                    .action(act("Accept the invitation"))
            }
            Self::ChangeEmail { name, .. } => Letter::new(format!("Confirm your new address for {host}"))
                .greets(name)
                .says("Open the link to sign in with this address from now on. It works once, for 24 hours.")
                .action(act("Confirm this address"))
                .says("If you did not ask for it, ignore this mail."),
            Self::EmailChanged { name, email, .. } => Letter::new(format!("Your address at {host} was changed"))
                .greets(name)
                .says(format!("You sign in with {email} from now on."))
                .says("If it was not you, this link gives your account this address back and signs everybody out of it. It works once, for 7 days. Set a new password then.")
                .action(act("This was not me")),
            Self::DeletionRequested { name, erased_at, .. } => Letter::new(format!("Your account at {host} will be erased"))
                .greets(name)
                .says(format!(
                    "You asked for your account to be deleted. It is closed now and is erased on {}.",
                    day(*erased_at)
                ))
                .says("Until then this link brings it back.")
                .action(act("Keep my account")),
        };
        Some(letter)
    }
}

impl Site {
    /// The name that people know the platform by.
    fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.split([':', '/']).next().unwrap_or(rest)
    }
}

fn day(at: OffsetDateTime) -> String {
    at.format(format_description!("[day padding:none] [month repr:long] [year]"))
        .unwrap_or_else(|_| at.to_string())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use time::macros::datetime;
    use uuid::Uuid;

    use super::{Mail, Site};

    /// Every mail, as people see its text: `snapshots/` is the preview.
    #[test]
    fn every_mail_reads_well() {
        let site = Site { url: "https://studio.example:8443".to_owned() };
        let link = Uuid::from_u128(7);
        let name = "Ada <Lovelace>".to_owned();
        let mails = [
            Mail::SignUp { link },
            Mail::AlreadyRegistered { link, name: name.clone() },
            Mail::Closed { name: name.clone() },
            Mail::NotRegistered,
            Mail::Recovery { link, name: name.clone() },
            Mail::Restore { link, name: name.clone() },
            Mail::PasswordChanged { name: name.clone() },
            Mail::Invitation { link, inviter: Some("Grace & Co".to_owned()) },
            Mail::Invitation { link, inviter: None },
            Mail::OrganisationInvitation {
                link,
                organisation: "Studio".to_owned(),
                inviter: Some("Grace & Co".to_owned()),
            },
            Mail::ChangeEmail { link, name: name.clone() },
            Mail::EmailChanged { link, name: name.clone(), email: "new@example.org".to_owned() },
            Mail::DeletionRequested { link, name, erased_at: datetime!(2026-12-05 10:00 UTC) },
        ];
        let mut preview = String::new();
        for mail in mails {
            let address = mail.link().map(|_| format!("{}/page#token=nxl_x", site.url));
            let letter = mail.letter(&site, address.as_deref()).unwrap();
            let (text, html) = (letter.text(), letter.html());
            write!(preview, "=== {}\n\n{text}\n--- html\n{html}\n", letter.subject).unwrap();
        }
        insta::assert_snapshot!(preview);
    }
}
