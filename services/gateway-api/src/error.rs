//! What gateway-api answers when it cannot do what was asked. One module per area.

mod account;
mod api_key;
mod audit;
mod authorize;
mod browser;
mod client;
mod factor;
mod interaction;
mod oauth;
mod organisation;
mod passkey;
mod plan;
mod session;
mod system;

use std::time::Duration;

use chassis::problem::codes::DATABASE_UNAVAILABLE;
use chassis::{Code, ErrorKind, Problem};

pub(crate) use account::AccountError;
pub(crate) use api_key::ApiKeyError;
pub(crate) use audit::AuditError;
pub(crate) use authorize::AuthorizeError;
pub(crate) use browser::BrowserError;
pub(crate) use client::ClientError;
pub(crate) use factor::FactorError;
pub(crate) use interaction::InteractionError;
pub(crate) use oauth::OauthError;
pub(crate) use organisation::OrganisationError;
pub(crate) use passkey::{PasskeyError, Refusal};
pub(crate) use plan::PlanError;
pub(crate) use session::SessionError;
pub(crate) use system::SystemError;

/// Every code of this service; each has its page.
pub fn codes() -> Vec<&'static Code> {
    let own: &[&Code] = &[&UNSTORABLE_TEXT];
    let areas = [
        session::CODES,
        browser::CODES,
        factor::CODES,
        passkey::CODES,
        audit::CODES,
        plan::CODES,
        system::CODES,
        api_key::CODES,
        client::CODES,
        interaction::CODES,
        account::CODES,
        organisation::CODES,
        own,
    ];
    areas.concat()
}

/// A text that no column can hold: it has a NUL character.
const UNSTORABLE_TEXT: Code = Code {
    name: "unstorable-text",
    kind: ErrorKind::Invalid,
    title: "A text has a character that cannot be kept",
};

fn database(error: sqlx::Error) -> Problem {
    // What Postgres says of a NUL character in a text and in JSON.
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    if matches!(code.as_deref(), Some("22021" | "22P05")) {
        return Problem::new(&UNSTORABLE_TEXT, "a text has a NUL character; leave it out");
    }
    if !store::database::is_unavailable(&error) {
        return Problem::internal(error);
    }
    Problem::new(&DATABASE_UNAVAILABLE, "the database does not answer; try again shortly")
        .retry_after(Duration::from_secs(2))
        .caused_by(error)
}
