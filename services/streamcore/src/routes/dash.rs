//! MPEG-DASH: the manifest of a stream, and the clock that its players follow.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::hls::{first_playlist, open_to_all_origins, text_response};
use crate::{error::PlaybackError, live::LiveStream};

const MANIFEST_TYPE: &str = "application/dash+xml";

/// The manifest, once the stream has been on air long enough to have one.
pub(super) async fn manifest(
    live: &LiveStream,
    headers: &HeaderMap,
) -> Result<Response, PlaybackError> {
    first_playlist(live).await?;
    let text = live.manifest().ok_or(PlaybackError::Starting)?;
    Ok(text_response(&text, MANIFEST_TYPE, headers, 1))
}

/// The time of day, as `urn:mpeg:dash:utc:http-iso:2014` asks for it.
pub(super) fn time() -> Result<Response, PlaybackError> {
    let now = OffsetDateTime::now_utc().format(&Rfc3339).map_err(|_| PlaybackError::NoSuchFile)?;
    let mut response = now.into_response();
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    open_to_all_origins(out);
    Ok(response)
}
