//! The TV web app, embedded when it was built before this crate.

use axum::Router;
use chassis::webapp::{self, WebApp};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/apps/tv/dist"]
#[allow_missing = true]
struct Tv;

/// Nothing from elsewhere; media is played from memory, hence `blob:`.
/// Media may also come from the origin that players are sent to.
fn csp(viewer_origin: &str) -> String {
    format!(
        "default-src 'self'; img-src 'self' data: blob:; connect-src 'self' {viewer_origin}; \
         media-src 'self' blob: {viewer_origin}; style-src 'self' 'unsafe-inline'; \
         worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}

/// Answers whatever no other route does.
pub(crate) fn app(viewer_origin: Option<&str>) -> Router {
    let csp = csp(viewer_origin.unwrap_or_default()).into();
    webapp::router::<Tv>(WebApp { name: "tv", csp, reserved: &["/api/", "/live/"] })
}
