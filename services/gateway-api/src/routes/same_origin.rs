//! Requests of our own pages only.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chassis::Problem;

use crate::error::BrowserError;
use crate::state::AppState;

/// As a handler's argument it refuses requests that another site's page may have caused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SameOrigin;

impl SameOrigin {
    /// Refuses what may change something and does not come from one of our own pages.
    pub(crate) fn check(parts: &Parts, state: &AppState) -> Result<Self, BrowserError> {
        if parts.method.is_safe() || state.browser.is_same_origin(&parts.headers) {
            return Ok(Self);
        }
        Err(BrowserError::CrossSite)
    }
}

impl FromRequestParts<AppState> for SameOrigin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Ok(Self::check(parts, state)?)
    }
}
