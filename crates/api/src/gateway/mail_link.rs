//! Links that are sent by mail: what they are for, and what is done with them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// What a link in a mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MailLinkPurpose {
    /// Proves the address of somebody who signed up; the account is made with it.
    SignUp,
    /// Makes the account of somebody who was invited to the platform.
    Invitation,
    /// Makes somebody a member of an organisation.
    OrganisationInvitation,
    /// Sets a new password.
    Recovery,
    /// Proves the new address of an account.
    ChangeEmail,
    /// Gives an account its old address back.
    UndoEmailChange,
    /// Takes the deletion of an account back.
    Restore,
}

/// A link that is still good, answer of `POST /api/v1/mail-links/inspect`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailLink {
    /// What it is for.
    pub purpose: MailLinkPurpose,
    /// Address that it was sent to.
    pub email: String,
    /// Name of the person as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Name of the organisation that it invites to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Role that it gives, on the platform or in the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether a password must come with it.
    pub needs_password: bool,
    /// When it stops being good.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// Body of requests that show a link's token and nothing else.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailLinkToken {
    /// The token: what follows `#token=` in the link.
    pub token: String,
}

/// Body of `POST /api/v1/email/verify`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyEmail {
    /// The token: what follows `#token=` in the link.
    pub token: String,
    /// Password of the new account, for a link of the purpose `sign-up`.
    #[serde(default)]
    #[schema(format = Password)]
    pub password: Option<String>,
}

/// What the proof of an address did, answer of `POST /api/v1/email/verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmailVerified {
    /// What the link was for: `sign-up` or `change-email`.
    pub purpose: MailLinkPurpose,
    /// The address that the account has now.
    pub email: String,
}

/// Body of `POST /api/v1/recovery`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    /// Address of the account.
    #[schema(example = "ada@example.org")]
    pub email: String,
}

/// Body of `POST /api/v1/recovery/reset`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The token: what follows `#token=` in the link.
    pub token: String,
    /// The new password.
    #[schema(format = Password)]
    pub password: String,
}

/// Body of `POST /api/v1/invitations/accept`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// The token: what follows `#token=` in the link.
    pub token: String,
    /// Name shown to others; the one that the invitation has when absent.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Password of the new account; needed unless the address has an account already.
    #[serde(default)]
    #[schema(format = Password)]
    pub password: Option<String>,
}

/// What an accepted invitation did, answer of `POST /api/v1/invitations/accept`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvitationAccepted {
    /// Address to sign in with.
    pub email: String,
    /// Whether an account was made.
    pub account_created: bool,
    /// Name of the organisation that the person is a member of now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
}

macro_rules! hide {
    ($($type:ident),*) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        }
    )*};
}

hide!(MailLinkToken, VerifyEmail, Recovery, ResetPassword, AcceptInvitation);
