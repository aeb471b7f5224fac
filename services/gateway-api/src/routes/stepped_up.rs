//! Whoever has lately proven who they are.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chassis::{Principal, Problem};
use time::OffsetDateTime;

use super::current_session::CurrentSession;
use crate::state::AppState;

/// The session of an access token whose user has lately proven who they are, with two factors when
/// they have two. As a handler's argument it refuses others with the challenge of RFC 9470.
#[derive(Debug, Clone)]
pub(crate) struct SteppedUp(pub(crate) CurrentSession);

impl FromRequestParts<AppState> for SteppedUp {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, state).await?;
        let current = CurrentSession::of(principal, state).await?;
        state.sessions.require_fresh(&current.open, OffsetDateTime::now_utc())?;
        Ok(Self(current))
    }
}
