//! The URL table.

mod audit;
mod caller;
mod jwks;
mod session;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

/// Every route of this service, with its description.
pub(crate) fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(chassis::openapi::document(
        "gateway-api",
        "People, sign-in, access tokens and the audit log",
    ))
    .routes(routes!(session::sign_in, session::show, session::sign_out))
    .routes(routes!(session::refresh))
    .routes(routes!(session::sign_out_everywhere))
    .routes(routes!(audit::list))
    .routes(routes!(jwks::show))
}
