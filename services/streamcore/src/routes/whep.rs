//! WHEP (draft-ietf-wish-whep): a viewer posts an SDP offer and is answered with one.
//!
//! The answer lies at an address that only its viewer knows; `DELETE` there ends the session,
//! `PATCH` brings more ICE candidates.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, options, patch, post},
};
use chassis::{Problem, extract::Path, problem::codes::UNSUPPORTED_MEDIA_TYPE};
use str0m::Candidate;

use crate::{
    error::PlaybackError,
    state::AppState,
    webrtc::{SessionError, SessionId, WebRtc},
};

/// Where viewers post offers.
pub const ENDPOINT: &str = "/whep/{slug}";
/// Where a session is.
pub const SESSION: &str = "/whep/{slug}/{session}";
/// What offers and answers are.
const SDP: &str = "application/sdp";
/// What more candidates come in (RFC 8840).
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";
/// Candidates of one request at most; a browser with many networks sends twenty.
const CANDIDATES: usize = 64;

/// The methods of [`ENDPOINT`].
pub fn endpoint() -> MethodRouter<AppState> {
    post(open).options(preflight)
}

/// The methods of [`SESSION`].
pub fn session() -> MethodRouter<AppState> {
    patch(trickle).delete(close).merge(options(preflight))
}

async fn open(
    State(app): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    offer: String,
) -> Result<Response, Problem> {
    expect_type(&headers, SDP)?;
    let live = app.live.get(&slug).filter(|live| live.is_on_air()).ok_or(PlaybackError::NotLive)?;
    let opened = webrtc(&app)?.watch(&live, &offer)?;
    let place = format!("/whep/{}/{}", live.slug, opened.id);
    let mut response = (StatusCode::CREATED, opened.answer).into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(SDP));
    out.insert(header::LOCATION, HeaderValue::try_from(place).map_err(Problem::internal)?);
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    open_to_all_origins(out);
    Ok(response)
}

async fn trickle(
    State(app): State<AppState>,
    Path((_, session)): Path<(String, String)>,
    headers: HeaderMap,
    fragment: String,
) -> Result<Response, Problem> {
    expect_type(&headers, FRAGMENT)?;
    let id = SessionId::parse(&session).ok_or(SessionError::Unknown)?;
    webrtc(&app)?.trickle(id, candidates(&fragment)).await?;
    Ok(done(StatusCode::NO_CONTENT))
}

async fn close(
    State(app): State<AppState>,
    Path((_, session)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = SessionId::parse(&session).ok_or(SessionError::Unknown)?;
    webrtc(&app)?.close(id).await?;
    Ok(done(StatusCode::OK))
}

fn webrtc(app: &AppState) -> Result<&WebRtc, SessionError> {
    app.webrtc.as_ref().ok_or(SessionError::NotOffered)
}

async fn preflight() -> Response {
    let mut response = done(StatusCode::NO_CONTENT);
    let out = response.headers_mut();
    out.insert("accept-post", HeaderValue::from_static(SDP));
    out.insert("accept-patch", HeaderValue::from_static(FRAGMENT));
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, PATCH, DELETE, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, if-match"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        out.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn done(status: StatusCode) -> Response {
    let mut response = status.into_response();
    open_to_all_origins(response.headers_mut());
    response
}

/// The candidates that can be read; others are of kinds that are not known here.
fn candidates(fragment: &str) -> Vec<Candidate> {
    let lines = fragment.lines().filter_map(|line| line.trim().strip_prefix("a="));
    let candidates = lines.filter(|line| line.starts_with("candidate:"));
    candidates.filter_map(|line| Candidate::from_sdp_string(line).ok()).take(CANDIDATES).collect()
}

fn expect_type(headers: &HeaderMap, expected: &'static str) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = given.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(Problem::new(&UNSUPPORTED_MEDIA_TYPE, format!("the body must be of type {expected}")))
}

/// Players embedded in other sites may watch what is public anyway.
fn open_to_all_origins(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let exposed = HeaderValue::from_static("location, etag, link");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
}
