//! Links sent by mail: an id under a MAC, good once and for a while.
//!
//! Nothing about a token is stored but the link that it names, so neither a copy of the database
//! nor the mails that wait in it give a token away.

use api::gateway::MailLinkPurpose;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::Secret;
use time::Duration;
use uuid::Uuid;

/// What tokens begin with, for programs that look for leaked secrets.
const PREFIX: &str = "nxl_";

/// The token of a link, as it is sent.
pub(crate) fn seal(link: Uuid, key: &hmac::Key) -> Secret<String> {
    let mut bytes = link.as_bytes().to_vec();
    bytes.extend_from_slice(hmac::sign(key, link.as_bytes()).as_ref());
    Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// The link that a token names; `None` when it was not made with this key.
pub(crate) fn open(token: &str, key: &hmac::Key) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(token.trim().strip_prefix(PREFIX)?).ok()?;
    let (id, mac) = bytes.split_at_checked(16)?;
    hmac::verify(key, id, mac).ok()?;
    Uuid::from_slice(id).ok()
}

/// For how long a link is good.
pub(crate) fn lifetime(purpose: MailLinkPurpose) -> Duration {
    match purpose {
        MailLinkPurpose::Recovery => Duration::minutes(30),
        MailLinkPurpose::SignUp | MailLinkPurpose::ChangeEmail => Duration::hours(24),
        MailLinkPurpose::Invitation
        | MailLinkPurpose::OrganisationInvitation
        | MailLinkPurpose::UndoEmailChange => Duration::days(7),
        MailLinkPurpose::Restore => super::deletion::HOLD,
    }
}

/// The page of the console that a link leads to.
pub(crate) fn page(purpose: MailLinkPurpose) -> &'static str {
    match purpose {
        MailLinkPurpose::SignUp
        | MailLinkPurpose::ChangeEmail
        | MailLinkPurpose::UndoEmailChange => "/verify-email",
        MailLinkPurpose::Invitation | MailLinkPurpose::OrganisationInvitation => "/invitation",
        MailLinkPurpose::Recovery => "/reset-password",
        MailLinkPurpose::Restore => "/restore-account",
    }
}

/// The purpose's name in the database.
pub(crate) fn purpose_name(purpose: MailLinkPurpose) -> &'static str {
    match purpose {
        MailLinkPurpose::SignUp => "sign-up",
        MailLinkPurpose::Invitation => "invitation",
        MailLinkPurpose::OrganisationInvitation => "organisation-invitation",
        MailLinkPurpose::Recovery => "recovery",
        MailLinkPurpose::ChangeEmail => "change-email",
        MailLinkPurpose::UndoEmailChange => "undo-email-change",
        MailLinkPurpose::Restore => "restore",
    }
}

/// The purpose of that name.
pub(crate) fn purpose_named(name: &str) -> Option<MailLinkPurpose> {
    [
        MailLinkPurpose::SignUp,
        MailLinkPurpose::Invitation,
        MailLinkPurpose::OrganisationInvitation,
        MailLinkPurpose::Recovery,
        MailLinkPurpose::ChangeEmail,
        MailLinkPurpose::UndoEmailChange,
        MailLinkPurpose::Restore,
    ]
    .into_iter()
    .find(|purpose| purpose_name(*purpose) == name)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;
    use uuid::Uuid;

    use super::{open, seal};

    #[test]
    fn only_untouched_tokens_of_the_same_key_are_opened() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let other = hmac::Key::new(hmac::HMAC_SHA256, &[2; 32]);
        let link = Uuid::from_u128(5);
        let token = seal(link, &key);
        assert_eq!(open(token.expose(), &key), Some(link));
        assert_eq!(open(&format!(" {} ", token.expose()), &key), Some(link));
        assert_eq!(open(token.expose(), &other), None);
        for index in 0..token.expose().len() {
            let mut changed = token.expose().clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(open(&changed, &key), None, "{changed}");
        }
        for garbage in ["", "nxl_", "nxl_AAAA", "nxl_ä"] {
            assert_eq!(open(garbage, &key), None);
        }
    }
}
