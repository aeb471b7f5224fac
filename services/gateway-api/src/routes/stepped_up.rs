//! Whoever has lately proven who they are.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chassis::{Principal, Problem};
use time::OffsetDateTime;

use super::current_session::CurrentSession;
use crate::db::sessions;
use crate::error::SessionError;
use crate::state::AppState;

/// The session of an access token whose user has lately proven who they are, with two factors when
/// they have two. As a handler's argument it refuses others with the challenge of RFC 9470.
#[derive(Debug, Clone)]
pub(crate) struct SteppedUp(pub(crate) CurrentSession);

/// A caller who, if it is a person, has lately proven who they are as above: in the session of the
/// token, or when they agreed to what outlives it. API keys and programs that act for themselves
/// have nobody to ask: they were given their scopes for this.
#[derive(Debug, Clone)]
pub(crate) struct FreshPrincipal(pub(crate) Principal);

impl FromRequestParts<AppState> for SteppedUp {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, state).await?;
        let current = CurrentSession::of(principal, state).await?;
        state.sessions.require_fresh(&current.open, OffsetDateTime::now_utc())?;
        Ok(Self(current))
    }
}

impl FromRequestParts<AppState> for FreshPrincipal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, state).await?;
        Self::check(&principal, state).await?;
        Ok(Self(principal))
    }
}

impl FreshPrincipal {
    /// The same where only some requests ask for it.
    pub(crate) async fn check(principal: &Principal, state: &AppState) -> Result<(), SessionError> {
        let now = OffsetDateTime::now_utc();
        match (principal.session, principal.grant) {
            (Some(session), _) => {
                let open = sessions::find_open(&state.database, session, now).await?;
                state.sessions.require_fresh(&open.ok_or(SessionError::Ended)?, now)
            }
            (None, Some(grant)) => state.sessions.require_fresh_grant(grant, now).await,
            (None, None) => Ok(()),
        }
    }
}
