//! The session of a request, whether a token or a cookie names it.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use chassis::{Principal, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use super::browser_session::BrowserSession;
use crate::db::sessions::{self, OpenSession};
use crate::domain::account::{ACCOUNT, scopes};
use crate::error::SessionError;
use crate::state::AppState;

/// An open session. As a handler's argument it takes an access token with the scope `account`, or
/// without an `authorization` header the cookie of one of our own pages.
#[derive(Debug, Clone)]
pub(crate) struct CurrentSession {
    /// The session.
    pub(crate) session: Uuid,
    /// Its user, and until when it is good.
    pub(crate) open: OpenSession,
    /// What the token allows, or what tokens of the session would.
    pub(crate) scopes: Vec<String>,
}

impl CurrentSession {
    /// The session of an access token.
    pub(crate) async fn of(principal: Principal, state: &AppState) -> Result<Self, Problem> {
        principal.require(ACCOUNT)?;
        let session = principal.session.ok_or(SessionError::Ended)?;
        let open = sessions::find_open(&state.database, session, OffsetDateTime::now_utc())
            .await
            .map_err(SessionError::from)?
            .ok_or(SessionError::Ended)?;
        Ok(Self { session, open, scopes: principal.scopes.iter().cloned().collect() })
    }
}

impl FromRequestParts<AppState> for CurrentSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let by_cookie = !parts.headers.contains_key(header::AUTHORIZATION)
            && state.browser.session(&parts.headers).is_some();
        if !by_cookie {
            let principal = Principal::from_request_parts(parts, state).await?;
            return Self::of(principal, state).await;
        }
        let BrowserSession { session, open } =
            <BrowserSession as FromRequestParts<AppState>>::from_request_parts(parts, state)
                .await?;
        let scopes = scopes(open.user.role).iter().map(|&scope| scope.to_owned()).collect();
        Ok(Self { session, open, scopes })
    }
}
