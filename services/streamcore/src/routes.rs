//! The URL table.

pub mod hls;
mod parts_body;
pub mod streams;

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Routes that hold requests until there is something to send.
pub const HELD: [&str; 2] = ["/live/{slug}/{file}", "/live/{slug}/{rendition}/{file}"];

/// The JSON API, with its description.
pub fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(chassis::openapi::document(
        "StreamCore",
        "Ingest, packaging and delivery of live streams",
    ))
    .routes(routes!(streams::list, streams::create))
    .routes(routes!(streams::show))
    .routes(routes!(streams::rotate_key, streams::revoke_key))
}

/// What players fetch.
pub fn media() -> Router<AppState> {
    let [playlist, media] = HELD;
    Router::new().route(playlist, get(hls::playlist)).route(media, get(hls::media))
}
