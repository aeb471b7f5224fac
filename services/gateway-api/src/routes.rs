//! The URL table.

mod audit;
mod caller;
mod jwks;
mod plans;
mod session;

use chassis::access::Api;
use utoipa_axum::routes;

use crate::state::AppState;

/// Every route of this service with its description and who may call it.
pub(crate) fn api() -> Api<AppState> {
    Api::new(chassis::openapi::document(
        "gateway-api",
        "People, sign-in, access tokens and the audit log",
    ))
    .public("it is how one signs in", routes!(session::sign_in))
    .public("the refresh token is the proof", routes!(session::refresh))
    .signed_in(routes!(session::show, session::sign_out))
    .signed_in(routes!(session::sign_out_everywhere))
    .scope("audit:read", routes!(audit::list))
    .signed_in(routes!(plans::mine))
    .scope("people:write", routes!(plans::set))
    .public("verifying keys are public", routes!(jwks::show))
}
