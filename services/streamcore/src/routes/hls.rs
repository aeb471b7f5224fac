//! The audience's side: playlists, initialization segments, segments and parts.
//!
//! Everything a viewer is sent was rendered when its part closed; a request only waits for the
//! right moment and picks bytes. Paths are public and hold no viewer state, so any cache may sit
//! in front.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use chassis::{
    Problem,
    client_address::ClientAddress,
    extract::{Path, Query},
};
use http_body::Body as _;
use media::{
    TrackKind,
    hls::{
        Encoded, Snapshot,
        reload::{Decision, Directives, decide},
    },
};
use serde::Deserialize;
use tokio::{sync::watch, time::Instant};

use super::{dash, growing_body::growing_body, parts_body::PartsBody};
use crate::{
    error::PlaybackError,
    live::{LiveStream, LiveStreams},
    state::AppState,
};

const PLAYLIST_TYPE: &str = "application/vnd.apple.mpegurl";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Asks a proxy in front to pass on what comes as it comes.
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// How long a request for a stream that has just begun waits for its first playlist.
const FIRST_PLAYLIST: Duration = Duration::from_secs(10);

/// Directives of a playlist request, RFC 8216bis §6.2.5, and who sends them.
#[derive(Debug, Default, Deserialize)]
pub struct PlaylistQuery {
    #[serde(rename = "_HLS_msn")]
    msn: Option<u64>,
    #[serde(rename = "_HLS_part")]
    part: Option<u64>,
    #[serde(rename = "_HLS_skip")]
    skip: Option<Skip>,
    /// What the player says of itself (CTA-5004).
    #[serde(rename = "CMCD")]
    cmcd: Option<String>,
}

/// Values of `_HLS_skip`. `v2` also skips date ranges, of which there are none.
#[derive(Debug, Clone, Copy, Deserialize)]
pub enum Skip {
    /// Skip segments.
    #[serde(rename = "YES")]
    Yes,
    /// Skip segments and date ranges.
    #[serde(rename = "v2")]
    V2,
}

/// `GET /live/{slug}/{playlist}`
pub async fn playlist(
    State(app): State<AppState>,
    Path((slug, file)): Path<(String, String)>,
    Query(query): Query<PlaylistQuery>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Ok(playlist_named(&app.live, &slug, &file, &query, address, &headers).await?)
}

/// `GET /live/{slug}/{rendition}/{file}`
pub async fn media(
    State(app): State<AppState>,
    Path((slug, rendition, file)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    Ok(media_named(&app.live, &slug, &rendition, &file).await?)
}

/// The playlist `file` of a stream, when it holds what `query` asks for.
pub async fn playlist_named(
    streams: &LiveStreams,
    slug: &str,
    file: &str,
    query: &PlaylistQuery,
    viewer: IpAddr,
    headers: &HeaderMap,
) -> Result<Response, PlaybackError> {
    let live = streams.get(slug).ok_or(PlaybackError::NotLive)?;
    live.statistics.audience.saw(viewer, headers, query.cmcd.as_deref());
    match file {
        "manifest.mpd" => return Ok(counted(&live, dash::manifest(&live, headers).await?)),
        "time" => return dash::time(),
        _ => {}
    }
    let name = match file.strip_suffix(".m3u8").ok_or(PlaybackError::NoSuchFile)? {
        "index" => return Ok(counted(&live, multivariant(&live, headers).await?)),
        name => name,
    };
    if live.rendition(name).is_none() {
        return Err(PlaybackError::NoSuchFile);
    }
    first_playlist(&live).await?;
    let directives = Directives { msn: query.msn, part: query.part };
    let snapshot = wait_for(&live, name, |snapshot| match decide(snapshot, directives) {
        Decision::Ready => Some(Ok(())),
        Decision::Wait => None,
        Decision::BadRequest(reason) => Some(Err(PlaybackError::BadDirective(reason))),
    })
    .await?;
    let text = if query.skip.is_some() { &snapshot.delta } else { &snapshot.playlist };
    // A reply to directives is the same for everyone who asks for that part, so it may be kept for
    // six target durations; without them it is stale after half of one (Apple's server profile).
    let target = snapshot.target_duration;
    let fresh_for = if query.msn.is_some() { target * 6 } else { target.div_ceil(2) };
    Ok(counted(&live, text_response(text, PLAYLIST_TYPE, headers, fresh_for)))
}

/// The initialization segment, segment or part `file` of a rendition, once it is there.
pub async fn media_named(
    streams: &LiveStreams,
    slug: &str,
    rendition: &str,
    file: &str,
) -> Result<Response, PlaybackError> {
    let live = streams.get(slug).ok_or(PlaybackError::NotLive)?;
    let response = match MediaFile::parse(file).ok_or(PlaybackError::NoSuchFile)? {
        MediaFile::Init(number) => {
            let snapshot = live.newest(rendition).ok_or(PlaybackError::NoSuchFile)?;
            let init = snapshot.init(number).ok_or(PlaybackError::NoSuchFile)?;
            media_response(snapshot.kind, init.bytes.clone().into())
        }
        MediaFile::Segment(msn) => segment(&live, rendition, msn).await?,
        MediaFile::Part(msn, index) => {
            let (kind, bytes) = part(&live, rendition, msn, index).await?;
            media_response(kind, bytes.into())
        }
    };
    Ok(counted(&live, response))
}

/// What a file name under a rendition's folder means.
#[derive(Debug, PartialEq, Eq)]
enum MediaFile {
    Init(u32),
    Segment(u64),
    Part(u64, usize),
}

impl MediaFile {
    fn parse(name: &str) -> Option<Self> {
        if let Some(number) = name.strip_prefix("init-") {
            return Some(Self::Init(canonical(number.strip_suffix(".mp4")?)?));
        }
        let stem = name.strip_suffix(".m4s")?;
        Some(match stem.split_once('.') {
            Some((msn, index)) => Self::Part(canonical(msn)?, canonical(index)?),
            None => Self::Segment(canonical(stem)?),
        })
    }
}

/// A number written the one way we write it, so that no file has two names in a cache.
fn canonical<N: std::str::FromStr + ToString>(text: &str) -> Option<N> {
    let number: N = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

async fn multivariant(live: &LiveStream, headers: &HeaderMap) -> Result<Response, PlaybackError> {
    first_playlist(live).await?;
    let text = live.multivariant.borrow().clone().ok_or(PlaybackError::Starting)?;
    Ok(text_response(&text, PLAYLIST_TYPE, headers, 1))
}

/// Waits until the stream has been on air long enough to have playlists.
pub(super) async fn first_playlist(live: &LiveStream) -> Result<(), PlaybackError> {
    let mut multivariant = live.multivariant.subscribe();
    let there = multivariant.wait_for(Option::is_some);
    match tokio::time::timeout(FIRST_PLAYLIST, there).await {
        Ok(Ok(_)) => Ok(()),
        _ => Err(PlaybackError::Starting),
    }
}

/// The segment: whole where it is complete, else as it grows. One that is about to begin is waited
/// for.
async fn segment(
    live: &Arc<LiveStream>,
    rendition: &str,
    msn: u64,
) -> Result<Response, PlaybackError> {
    let snapshot = wait_for(live, rendition, |snapshot| match snapshot.segment(msn) {
        Some(segment) if segment.is_gap() => Some(Err(PlaybackError::NoSuchFile)),
        Some(segment) if !segment.is_empty() => Some(Ok(())),
        _ if snapshot.ended => Some(Err(PlaybackError::NoSuchFile)),
        _ if (snapshot.open.msn..=snapshot.open.msn + 1).contains(&msn) => None,
        _ => Some(Err(PlaybackError::NoSuchFile)),
    })
    .await?;
    let segment = snapshot.segment(msn).ok_or(PlaybackError::NoSuchFile)?;
    if snapshot.ended || msn != snapshot.open.msn {
        return Ok(media_response(snapshot.kind, Body::new(PartsBody::new(segment.clone()))));
    }
    let updates = live.rendition(rendition).ok_or(PlaybackError::NoSuchFile)?.subscribe();
    let mut response = media_response(snapshot.kind, growing_body(live.clone(), updates, msn));
    // nginx would collect it, and send it when it is old.
    response.headers_mut().insert(NO_BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}

/// The part, waiting for it when it is the one hinted at as next.
async fn part(
    live: &LiveStream,
    rendition: &str,
    msn: u64,
    index: usize,
) -> Result<(TrackKind, Bytes), PlaybackError> {
    let written = |snapshot: &Snapshot| {
        let part = snapshot.segment(msn)?.parts.get(index)?;
        (!part.is_gap()).then(|| part.bytes.clone())
    };
    let snapshot = wait_for(live, rendition, |snapshot| {
        // Either may have been hinted at: where a segment ends is foreseen, not known.
        let next = [(snapshot.open.msn, snapshot.open.parts.len()), (snapshot.open.msn + 1, 0)];
        let hinted = !snapshot.ended && next.contains(&(msn, index));
        match written(snapshot) {
            Some(_) => Some(Ok(())),
            None if hinted => None,
            None => Some(Err(PlaybackError::NoSuchFile)),
        }
    })
    .await?;
    let bytes = written(&snapshot).ok_or(PlaybackError::NoSuchFile)?;
    Ok((snapshot.kind, bytes))
}

/// The first snapshot that `ready` has an answer for, within three target durations
/// (RFC 8216bis §6.2.5.2).
async fn wait_for(
    live: &LiveStream,
    rendition: &str,
    ready: impl Fn(&Snapshot) -> Option<Result<(), PlaybackError>>,
) -> Result<Arc<Snapshot>, PlaybackError> {
    let mut updates = live.rendition(rendition).ok_or(PlaybackError::NoSuchFile)?.subscribe();
    let since = Instant::now();
    loop {
        let snapshot = current(&mut updates).ok_or(PlaybackError::NoSuchFile)?;
        match ready(&snapshot) {
            Some(Ok(())) => return Ok(snapshot),
            Some(Err(error)) => return Err(error),
            None => {
                let deadline = since + Duration::from_secs(3 * u64::from(snapshot.target_duration));
                drop(snapshot);
                let changed = tokio::time::timeout_at(deadline, updates.changed()).await;
                if !changed.is_ok_and(|changed| changed.is_ok()) {
                    return Err(PlaybackError::Stalled);
                }
            }
        }
    }
}

fn current(updates: &mut watch::Receiver<Option<Arc<Snapshot>>>) -> Option<Arc<Snapshot>> {
    updates.borrow_and_update().clone()
}

/// Counts what a viewer is sent.
fn counted(live: &LiveStream, response: Response) -> Response {
    live.statistics.audience.sent(response.body().size_hint().exact().unwrap_or(0));
    response
}

pub(super) fn text_response(
    text: &Encoded,
    content_type: &'static str,
    headers: &HeaderMap,
    fresh_for: u32,
) -> Response {
    let gzip = headers.get(header::ACCEPT_ENCODING).is_some_and(accepts_gzip);
    let body = if gzip { text.gzip.clone() } else { text.plain.clone() };
    let mut response = body.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if gzip {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if let Ok(value) = HeaderValue::try_from(format!("public, max-age={fresh_for}")) {
        out.insert(header::CACHE_CONTROL, value);
    }
    open_to_all_origins(out);
    response
}

fn media_response(kind: TrackKind, body: Body) -> Response {
    let mut response = Response::new(body);
    let out = response.headers_mut();
    let content_type = match kind {
        TrackKind::Video => "video/mp4",
        TrackKind::Audio => "audio/mp4",
    };
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE));
    open_to_all_origins(out);
    response
}

/// Players embedded in other sites may read what is public anyway.
pub(super) fn open_to_all_origins(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}

/// Whether `Accept-Encoding` lists gzip without refusing it by `q=0`.
fn accepts_gzip(value: &HeaderValue) -> bool {
    let Ok(value) = value.to_str() else { return false };
    value.split(',').any(|item| {
        let mut pieces = item.split(';').map(str::trim);
        let named = pieces.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let refused = pieces.any(|parameter| {
            parameter.strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty())
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_have_one_spelling() {
        assert_eq!(MediaFile::parse("init-1.mp4"), Some(MediaFile::Init(1)));
        assert_eq!(MediaFile::parse("17.m4s"), Some(MediaFile::Segment(17)));
        assert_eq!(MediaFile::parse("17.0.m4s"), Some(MediaFile::Part(17, 0)));
        for odd in
            ["017.m4s", "+17.m4s", "17.00.m4s", "17.0.0.m4s", "init-1.m4s", "17", "../17.m4s"]
        {
            assert_eq!(MediaFile::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn gzip_is_sent_to_who_wants_it() {
        for (value, wanted) in [
            ("gzip, deflate, br", true),
            ("br, gzip;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip;q=0.000", false),
            ("identity", false),
        ] {
            assert_eq!(accepts_gzip(&HeaderValue::from_static(value)), wanted, "{value}");
        }
    }
}
