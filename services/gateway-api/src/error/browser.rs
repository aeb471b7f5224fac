//! Requests that a browser's cookie speaks for.

use chassis::problem::codes::SIGN_IN_REQUIRED;
use chassis::{Code, ErrorKind, Problem};

/// A page of somebody else's sent the request.
const CROSS_SITE_REQUEST: Code =
    Code { name: "cross-site-request", kind: ErrorKind::Forbidden, title: "Sent by another site" };

/// Every code of this area.
pub(super) const CODES: &[&Code] = &[&CROSS_SITE_REQUEST];

/// Why a cookie does not speak for a request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrowserError {
    #[error("sign in first; the cookie of a session is missing, or the session has ended")]
    NoSession,
    #[error(
        "a cookie speaks only for pages of this platform; send `origin` as its browser would, or an access token"
    )]
    CrossSite,
}

impl From<BrowserError> for Problem {
    fn from(error: BrowserError) -> Self {
        let text = error.to_string();
        match error {
            BrowserError::NoSession => Self::new(&SIGN_IN_REQUIRED, text),
            BrowserError::CrossSite => Self::new(&CROSS_SITE_REQUEST, text),
        }
    }
}
