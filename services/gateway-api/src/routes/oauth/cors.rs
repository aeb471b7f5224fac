//! Which pages of other origins may read answers (the Fetch standard's CORS protocol).
//!
//! What is public may be read by any page. The endpoints that tokens come from answer pages of
//! registered redirect URIs; neither looks at cookies.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::state::AppState;

/// What any page may read.
const PUBLIC: [&str; 3] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/.well-known/jwks.json",
];
/// What pages of registered clients may call.
const CLIENTS: [&str; 3] = ["/oauth2/token", "/oauth2/userinfo", "/oauth2/revoke"];
/// Seconds that a browser may remember the answer to its question.
const MAX_AGE: &str = "600";

/// Answers browsers' questions, and marks the answers that their pages may read.
pub(crate) async fn share(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let public = PUBLIC.contains(&path);
    if !public && !CLIENTS.contains(&path) {
        return next.run(request).await;
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let allowed = allowed_origin(&state, origin, public).await;
    let asks = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response =
        if asks { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    if !public {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    let Some(origin) = allowed else { return response };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if asks {
        let fixed = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
            (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
    } else {
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("www-authenticate, retry-after, ratelimit, ratelimit-policy"),
        );
    }
    response
}

async fn allowed_origin(
    state: &AppState,
    origin: Option<HeaderValue>,
    public: bool,
) -> Option<HeaderValue> {
    let origin = origin?;
    if public {
        return Some(HeaderValue::from_static("*"));
    }
    match state.oauth.directory.knows_origin(origin.to_str().ok()?).await {
        Ok(true) => Some(origin),
        Ok(false) => None,
        Err(error) => {
            tracing::warn!(%error, "the origins of clients cannot be read; none is allowed");
            None
        }
    }
}
