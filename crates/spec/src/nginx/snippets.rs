//! Files that servers and locations include. Headers come by one include per location, because a
//! single `add_header` in a location drops every inherited one.

use std::fmt::Write as _;

use super::Site;
use super::http::GENERATED;
use crate::{RenderedFile, Spec, TlsVersion};

/// Folder of the snippets, relative to nginx's configuration folder. Their ending keeps them out of
/// `include conf.d/*.conf`.
pub(super) const FOLDER: &str = "conf.d/nexus-cos";

/// The TLS policy. In the server and not in `http`, where the distribution sets its own.
pub(super) fn tls(spec: &Spec, site: &Site) -> RenderedFile {
    let tls = &spec.tls;
    let protocols = match tls.min_version {
        TlsVersion::V1_2 => "TLSv1.2 TLSv1.3",
        TlsVersion::V1_3 => "TLSv1.3",
    };
    file(
        "tls.inc",
        &format!(
            "ssl_certificate {};\nssl_certificate_key {};\nssl_protocols {protocols};\n\
             ssl_ciphers {};\nssl_prefer_server_ciphers off;\nssl_ecdh_curve {};\n\
             ssl_session_cache shared:nexus_tls:10m;\nssl_session_timeout 1d;\n\
             ssl_session_tickets off;\nssl_buffer_size 16k;\nhttp2_chunk_size 16k;\n",
            site.certificate,
            site.key,
            tls.ciphers.join(":"),
            tls.curves.join(":"),
        ),
    )
}

/// Passing a request on. What the edge knows replaces whatever the client claimed.
pub(super) fn proxy() -> RenderedFile {
    file(
        "proxy.inc",
        &format!(
            "{FORWARD}\
             proxy_set_header Upgrade $http_upgrade;\n\
             proxy_set_header Connection $nexus_connection;\n\
             proxy_connect_timeout 2s;\nproxy_send_timeout 30s;\nproxy_read_timeout 60s;\n"
        ),
    )
}

const FORWARD: &str = "\
proxy_http_version 1.1;
proxy_set_header Host $host;
proxy_set_header X-Request-Id $request_id;
proxy_set_header X-Forwarded-For $remote_addr;
proxy_set_header X-Forwarded-Host $host;
proxy_set_header X-Forwarded-Port $server_port;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header Forwarded \"\";
proxy_set_header Proxy \"\";
# The edge sets these once; a second copy from the service would be joined to them.
proxy_hide_header X-Request-Id;
proxy_hide_header X-Content-Type-Options;
proxy_hide_header Referrer-Policy;
proxy_hide_header Strict-Transport-Security;
proxy_hide_header X-Frame-Options;
";

/// Live media: playlists that are held until they change, parts, segments.
pub(super) fn live() -> RenderedFile {
    file(
        "live.inc",
        &format!(
            "{FORWARD}\
proxy_set_header Connection \"\";
proxy_connect_timeout 2s;
# A blocking playlist reload and a hinted part are held by the service, which ends them itself
# after three target durations.
proxy_read_timeout 60s;
# A part is read from the service at once and sent as the viewer takes it. It fits these buffers;
# a larger segment is then read at the viewer's pace, never through a file on disk.
proxy_buffering on;
proxy_buffer_size 8k;
proxy_buffers 32 16k;
proxy_busy_buffers_size 64k;
proxy_max_temp_file_size 0;
# No proxy_cache: viewers ask for a part in the same instant, most before it exists, so nearly all
# would miss and each miss would write a file; proxy_cache_lock makes waiters poll every 500 ms,
# longer than a part lasts. The service answers every viewer from the same bytes in memory.
# Playlists arrive compressed from the service, and media does not compress.
gzip off;
"
        ),
    )
}

/// Headers of every answer.
pub(super) fn security_headers(spec: &Spec, site: &Site) -> RenderedFile {
    let mut text = String::from(
        "add_header X-Request-Id $request_id always;\n\
         add_header X-Content-Type-Options nosniff always;\n\
         add_header X-Frame-Options SAMEORIGIN always;\n\
         add_header Referrer-Policy strict-origin-when-cross-origin always;\n",
    );
    // A developer's `localhost` would refuse plain HTTP for two years.
    if site.local.is_none() {
        let _ = writeln!(
            text,
            "add_header Strict-Transport-Security \"max-age={}; includeSubDomains\" always;",
            spec.tls.hsts_seconds
        );
    }
    file("security-headers.inc", &text)
}

/// What nginx answers by itself, in the same form as the services' errors (RFC 9457).
pub(super) fn problems() -> RenderedFile {
    let mut text = String::new();
    for (statuses, status, code, title, detail) in PROBLEMS {
        let extra = match status {
            429 | 503 => "    add_header Retry-After 1 always;\n",
            _ => "",
        };
        let _ = write!(
            text,
            "error_page {statuses} @problem_{status};\nlocation @problem_{status} {{\n    \
             internal;\n    default_type application/problem+json;\n{extra}    \
             add_header X-Request-Id $request_id always;\n    \
             add_header X-Content-Type-Options nosniff always;\n    \
             return {status} '{{\"type\":\"about:blank\",\"title\":\"{title}\",\"status\":{status},\
             \"detail\":\"{detail}\",\"code\":\"{code}\",\"instance\":\"$request_id\"}}';\n}}\n",
        );
    }
    file("problems.inc", &text)
}

/// Statuses as nginx raises them, the status answered, code, title, detail.
const PROBLEMS: [(&str, u16, &str, &str, &str); 6] = [
    ("404", 404, "not-found", "Nothing is here", "There is nothing at this address."),
    (
        "413",
        413,
        "body-too-large",
        "Request body too large",
        "The request body is larger than allowed.",
    ),
    ("421", 421, "unknown-host", "Unknown host", "This server does not answer for that name."),
    ("429", 429, "too-many-requests", "Too many requests", "Slow down and try again."),
    (
        "500 502 503",
        503,
        "service-unavailable",
        "Service unavailable",
        "The service is starting or restarting.",
    ),
    ("504", 504, "request-timed-out", "Request timed out", "The service did not answer in time."),
];

fn file(name: &str, text: &str) -> RenderedFile {
    RenderedFile { path: format!("{FOLDER}/{name}"), contents: format!("{GENERATED}{text}") }
}
