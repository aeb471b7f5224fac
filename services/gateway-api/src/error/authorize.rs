//! What is wrong with a request that nobody can be sent back from: the person reads it.

use crate::domain::oauth::params::ParamsRefused;
use crate::error::SessionError;

/// Why a page with an explanation is shown instead of a redirect.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorizeError {
    #[error(
        "The program that sent you here is not registered, or is switched off. Tell whoever runs it."
    )]
    NoClient,
    #[error(
        "The program that sent you here wants you sent back to an address that it has not registered. Tell whoever runs it."
    )]
    BadRedirect,
    #[error("The program that sent you here sent something unreadable: {0}. Tell whoever runs it.")]
    Parameters(ParamsRefused),
    #[error(
        "The program that sent you here does not show whom it speaks for: its id token is not one of ours. You are still signed in."
    )]
    BadHint,
    #[error("The form cannot be read. Go back and try again.")]
    Unreadable,
    #[error("The form did not come from this platform. Go back and try again.")]
    CrossSite,
    #[error("Something failed on our side. Try again in a moment.")]
    Database(#[from] sqlx::Error),
    #[error("Something failed on our side. Try again in a moment.")]
    Session(#[source] SessionError),
}

impl AuthorizeError {
    pub(crate) fn is_ours(&self) -> bool {
        matches!(self, Self::Database(_) | Self::Session(_))
    }
}
