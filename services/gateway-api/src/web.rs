//! The console web app, embedded when it was built before this crate.

use axum::Router;
use chassis::webapp::{self, WebApp};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/apps/console/dist"]
#[allow_missing = true]
struct Console;

/// Nothing from elsewhere; live previews are played from memory, hence `blob:`. Forms go to
/// where clients can be registered (`response_mode=form_post`), but for loopback addresses that a
/// policy cannot name: of those only `127.0.0.1` and `localhost`.
const CSP: &str = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
    style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; object-src 'none'; \
    base-uri 'none'; form-action https: http://127.0.0.1:* http://localhost:*; \
    frame-ancestors 'none'";

/// Answers whatever no other route does.
pub(crate) fn app() -> Router {
    let reserved = &["/api/", "/.well-known/", "/oauth2/"];
    webapp::router::<Console>(WebApp { name: "console", csp: CSP.into(), reserved })
}
