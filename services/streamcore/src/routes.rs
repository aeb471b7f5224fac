//! The URL table.

mod broadcast;
mod dash;
mod description;
mod growing_body;
pub mod hls;
mod ingest;
mod parts_body;
mod registrations;
pub mod streams;
mod whep;

use axum::{http::Method, routing::get};
use chassis::access::{Access, Api};
use utoipa_axum::routes;

use crate::state::AppState;

/// Routes that hold requests until there is something to send.
pub const HELD: [&str; 2] = ["/live/{slug}/{file}", "/live/{slug}/{rendition}/{file}"];

/// What is on air may be watched by anybody.
const AUDIENCE: &str = "streams on air are public";
/// The address of a session cannot be guessed.
const WHOEVER_KNOWS_IT: &str = "whoever knows a session's address holds the session";

/// Every route of this service with who may call it: the JSON API, and what players fetch.
pub fn api() -> Api<AppState> {
    let [playlist, media] = HELD;
    Api::new(chassis::openapi::document(
        "StreamCore",
        "Ingest, packaging and delivery of live streams",
    ))
    .public(AUDIENCE, routes!(streams::list))
    .public(AUDIENCE, routes!(streams::show))
    .scope("streams:write", routes!(streams::create))
    .scope("streams:write", routes!(streams::rotate_key, streams::revoke_key))
    .scope("streams:read", routes!(broadcast::statistics))
    .scope("streams:write", routes!(broadcast::end))
    .scope("streams:read", routes!(registrations::list))
    .scope("streams:read", routes!(registrations::show))
    .scope("streams:write", routes!(registrations::change, registrations::remove))
    .scope("streams:read", routes!(ingest::show))
    .plain(Access::Public(AUDIENCE), &[Method::GET], playlist, get(hls::playlist))
    .plain(Access::Public(AUDIENCE), &[Method::GET], media, get(hls::media))
    .plain(
        Access::Public(AUDIENCE),
        &[Method::POST, Method::OPTIONS],
        whep::ENDPOINT,
        whep::endpoint(),
    )
    .plain(
        Access::Public(WHOEVER_KNOWS_IT),
        &[Method::PATCH, Method::DELETE, Method::OPTIONS],
        whep::SESSION,
        whep::session(),
    )
}
