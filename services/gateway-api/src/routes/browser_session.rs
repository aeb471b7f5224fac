//! Whoever is signed in at a browser: the session that the cookie names.
//!
//! The cookie is honoured where people sign in, agree and sign out, and nowhere else.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use chassis::Problem;
use time::OffsetDateTime;
use uuid::Uuid;

use super::same_origin::SameOrigin;
use crate::db::sessions::{self, OpenSession};
use crate::error::{BrowserError, SessionError};
use crate::state::AppState;

/// An open session that a cookie names. As a handler's argument it refuses requests without one,
/// and requests that change something unless one of our own pages sent them.
#[derive(Debug, Clone)]
pub(crate) struct BrowserSession {
    /// The session.
    pub(crate) session: Uuid,
    /// Its user, and until when it is good.
    pub(crate) open: OpenSession,
}

impl BrowserSession {
    /// The session of the request's cookie, wherever the request comes from.
    pub(crate) async fn present(
        state: &AppState,
        headers: &HeaderMap,
    ) -> Result<Option<Self>, SessionError> {
        let Some(session) = state.browser.session(headers) else { return Ok(None) };
        let now = OffsetDateTime::now_utc();
        let found = sessions::find_open(&state.database, session, now).await?;
        let Some(open) = found else { return Ok(None) };
        state.sessions.touch(session, &open, now).await?;
        Ok(Some(Self { session, open }))
    }
}

impl FromRequestParts<AppState> for BrowserSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        if state.browser.session(&parts.headers).is_none() {
            return Err(BrowserError::NoSession.into());
        }
        SameOrigin::check(parts, state)?;
        let present = Self::present(state, &parts.headers).await?;
        Ok(present.ok_or(BrowserError::NoSession)?)
    }
}

impl OptionalFromRequestParts<AppState> for BrowserSession {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Option<Self>, Problem> {
        if SameOrigin::check(parts, state).is_err() {
            return Ok(None);
        }
        Ok(Self::present(state, &parts.headers).await?)
    }
}
