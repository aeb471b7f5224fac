//! The few pages that are not of the web app, because they must come without it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::AuthorizeError;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:34rem;\
padding:0 1.5rem;background:#0b0e13;color:#e6eaf0}h1{font-size:1.4rem}\
button{font:inherit;padding:.5rem 1.2rem;border-radius:.4rem;border:1px solid #4a5568;\
background:#1a2230;color:inherit;cursor:pointer}a{color:#8ab4f8}";

/// Posts the one form of a page.
const SUBMIT: &str = "document.forms[0].submit()";
/// What a page of ours may do: nothing but look like one, and this script if it has it.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let script = STANDARD.encode(digest(&SHA256, SUBMIT.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// Shows what is wrong. Nobody is sent anywhere: who sent them here may be the one who lies.
impl IntoResponse for AuthorizeError {
    fn into_response(self) -> Response {
        let status = if self.is_ours() {
            tracing::error!(error = chassis::problem::chain(&self), "request failed");
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            tracing::debug!(error = %self, "request refused");
            StatusCode::BAD_REQUEST
        };
        let body = format!("<p>{}</p>", escaped(&self.to_string()));
        page(status, "This sign-in cannot go on", &body)
    }
}

/// Asks whether the person wants to sign out, and goes on to `state` and the rest afterwards.
pub(super) fn ask_sign_out(fields: &[(&str, &str)]) -> Response {
    let inputs = hidden(fields.iter().copied());
    let body = format!(
        "<p>A program asks to sign you out of Nexus COS at this browser.</p>\
         <form method=\"post\" action=\"/oauth2/logout\">{inputs}\
         <input type=\"hidden\" name=\"confirmed\" value=\"yes\">\
         <button type=\"submit\">Sign out</button></form>\
         <p><a href=\"/\">Stay signed in</a></p>"
    );
    page(StatusCode::OK, "Sign out?", &body)
}

/// Posts a client's answer to it, or lets the person do it where scripts are switched off.
pub(super) fn post(action: &str, fields: &BTreeMap<String, String>) -> Response {
    let inputs = hidden(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let body = format!(
        "<p>You are taken back to the program that you came from.</p>\
         <form method=\"post\" action=\"{}\">{inputs}\
         <button type=\"submit\">Go on</button></form><script>{SUBMIT}</script>",
        escaped(action)
    );
    page(StatusCode::OK, "One moment", &body)
}

/// Says that the person is signed out.
pub(super) fn signed_out() -> Response {
    let body = "<p>Nobody is signed in at this browser any more.</p>\
                <p><a href=\"/\">To Nexus COS</a></p>";
    page(StatusCode::OK, "Signed out", body)
}

fn hidden<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut inputs = String::new();
    for (name, value) in fields {
        let (name, value) = (escaped(name), escaped(value));
        let _ = write!(inputs, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    }
    inputs
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    );
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (status, headers, Html(html)).into_response()
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(
            escaped("<script>'\"&</script>"),
            "&lt;script&gt;&#39;&quot;&amp;&lt;/script&gt;"
        );
    }
}
