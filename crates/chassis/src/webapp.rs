//! Serving of a built web app that is embedded in the binary.

mod encoding;

use std::borrow::Cow;
use std::fmt;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use crate::problem::{Problem, codes};
use encoding::Encoding;

/// How an app is served.
#[derive(Debug, Clone)]
pub struct WebApp {
    /// Name of the app's folder in `web/apps`, for the page that says how to build it.
    pub name: &'static str,
    /// Content-Security-Policy of its pages.
    pub csp: Cow<'static, str>,
    /// Path prefixes that are not the app's, such as `/api/`: nothing falls back to its index.
    pub reserved: &'static [&'static str],
}

/// A router that answers every path with the app embedded in `E` (a folder with `index.html`;
/// derive `rust_embed::Embed` with `allow_missing = true`).
///
/// Files under `assets/` are immutable; everything else is revalidated by `ETag`. A `.br` or
/// `.gz` file beside another is sent instead of it to who accepts that. Paths without a file
/// extension fall back to `index.html`.
pub fn router<E: Embed + Send + Sync + 'static>(app: WebApp) -> Router {
    Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap| {
        let app = app.clone();
        async move { app.answer::<E>(&method, &uri, &headers) }
    })
}

impl WebApp {
    fn answer<E: Embed>(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
        let path = uri.path();
        if self.reserved.iter().any(|prefix| path.starts_with(prefix)) {
            return Problem::new(&codes::NOT_FOUND, "no route of this service has this path")
                .into_response();
        }
        if !matches!(*method, Method::GET | Method::HEAD) {
            let mut refusal =
                Problem::new(&codes::METHOD_NOT_ALLOWED, "pages are only read, with GET")
                    .into_response();
            refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refusal;
        }
        let file = path.trim_start_matches('/');
        if let Some(found) = Found::look_up::<E>(file, headers) {
            return self.file_response(found, headers);
        }
        let looks_like_file = file.rsplit('/').next().is_some_and(|name| name.contains('.'));
        if looks_like_file {
            return Problem::new(&codes::NOT_FOUND, "the app has no such file").into_response();
        }
        match Found::look_up::<E>("index.html", headers) {
            Some(index) => self.file_response(index, headers),
            None => self.not_built(),
        }
    }

    fn file_response(&self, found: Found, headers: &HeaderMap) -> Response {
        let etag = found.etag();
        let unchanged = headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|tag| matches!(tag.trim().trim_start_matches("W/"), tag if tag == etag || tag == "*"));
        let mut response = if unchanged {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let body = match found.file.data {
                Cow::Borrowed(bytes) => Body::from(bytes),
                Cow::Owned(bytes) => Body::from(bytes),
            };
            let mut response = Response::new(body);
            response.headers_mut().insert(header::CONTENT_TYPE, content_type(&found.path));
            if let Some(encoding) = found.encoding {
                response.headers_mut().insert(header::CONTENT_ENCODING, encoding.token());
            }
            response
        };
        let cache = if found.path.starts_with("assets/") {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let sent = response.headers_mut();
        sent.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        sent.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(etag) = HeaderValue::from_str(&etag) {
            sent.insert(header::ETAG, etag);
        }
        self.add_security_headers(sent);
        response
    }

    fn not_built(&self) -> Response {
        let page = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Not built</title>\
             <h1>The web app “{}” is not in this build</h1>\
             <p>Build it, then build the program again:</p>\
             <pre>cd web\nnpm ci\nnpm run build</pre></html>\n",
            self.name
        );
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        let mut response =
            (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, kind)], page).into_response();
        self.add_security_headers(response.headers_mut());
        response
    }

    fn add_security_headers(&self, headers: &mut HeaderMap) {
        let fixed = [
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if let Ok(csp) = HeaderValue::from_str(&self.csp) {
            headers.insert(header::CONTENT_SECURITY_POLICY, csp);
        }
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
        headers.insert(
            "permissions-policy",
            HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
        );
    }
}

struct Found {
    path: String,
    file: EmbeddedFile,
    encoding: Option<Encoding>,
}

impl Found {
    fn look_up<E: Embed>(path: &str, headers: &HeaderMap) -> Option<Self> {
        for encoding in encoding::accepted(headers) {
            if let Some(file) = E::get(&format!("{path}.{}", encoding.extension())) {
                return Some(Self { path: path.to_owned(), file, encoding: Some(encoding) });
            }
        }
        E::get(path).map(|file| Self { path: path.to_owned(), file, encoding: None })
    }

    fn etag(&self) -> String {
        let hash = self.file.metadata.sha256_hash();
        let mut tag = String::with_capacity(36);
        tag.push('"');
        for byte in &hash[..16] {
            for nibble in [byte >> 4, byte & 15] {
                tag.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        tag.push('"');
        tag
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").field("path", &self.path).finish_non_exhaustive()
    }
}

fn content_type(path: &str) -> HeaderValue {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let text =
        guess.type_() == "text" || guess.subtype() == "javascript" || guess.subtype() == "json";
    let value = if text { format!("{guess}; charset=utf-8") } else { guess.to_string() };
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests;
