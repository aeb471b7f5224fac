//! Who is signed in at the browser that sent a request, and how.

use axum::http::HeaderMap;

use crate::error::SessionError;
use crate::oauth::Person;
use crate::routes::browser_session::BrowserSession;
use crate::state::AppState;

impl From<BrowserSession> for Person {
    fn from(browser: BrowserSession) -> Self {
        let open = browser.open;
        Self {
            session: browser.session,
            user: open.user,
            auth_time: open.auth_time,
            amr: open.assurance.amr,
            acr: open.assurance.acr,
        }
    }
}

/// The person of the request's cookie, wherever the request comes from.
pub(super) async fn present(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<Option<Person>, SessionError> {
    Ok(BrowserSession::present(state, headers).await?.map(Person::from))
}
