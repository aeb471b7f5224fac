//! What a browser holds: the cookie of its session and the cookie that makes it a known device.

use aws_lc_rs::hmac;
use axum::http::{HeaderMap, HeaderValue, header};
use time::Duration;
use uuid::Uuid;

use crate::domain::maced;

/// Names begin with `__Host-`, so that no other host and no plain connection can set them.
pub(crate) const SESSION_COOKIE: &str = "__Host-nexus-session";
/// What session cookies begin with, for programs that look for leaked secrets.
const SESSION_PREFIX: &str = "nxc_";

/// See the [module](self).
pub(crate) struct Browser {
    /// Where our own pages come from: the issuer's scheme, host and port.
    origin: String,
    session_key: hmac::Key,
}

impl Browser {
    pub(crate) fn new(issuer: &str, session_key: hmac::Key) -> Self {
        Self { origin: origin_of(issuer), session_key }
    }

    /// Whether a request comes from one of our own pages. Browsers say so in headers that no page
    /// can set; a request that says nothing is not from one.
    pub(crate) fn is_same_origin(&self, headers: &HeaderMap) -> bool {
        match headers.get(header::ORIGIN) {
            Some(origin) => origin.as_bytes() == self.origin.as_bytes(),
            None => headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin"),
        }
    }

    /// The session that a request's cookie names, whether it is still open or not.
    pub(crate) fn session(&self, headers: &HeaderMap) -> Option<Uuid> {
        let text = cookie(headers, SESSION_COOKIE)?;
        Uuid::from_slice(&maced::read(SESSION_PREFIX, text, &self.session_key)?).ok()
    }

    /// Sets the cookie of a session for as long as the session can last.
    pub(crate) fn keep_session(&self, session: Uuid, lifetime: Duration) -> Option<HeaderValue> {
        let value = maced::write(SESSION_PREFIX, session.as_bytes(), &self.session_key);
        set(SESSION_COOKIE, &value, lifetime)
    }

    /// Removes it.
    pub(crate) fn forget_session() -> Option<HeaderValue> {
        set(SESSION_COOKIE, "", Duration::ZERO)
    }
}

/// The value of the one cookie of that name; with two of them none is believed.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter_map(|(key, value)| (key == name).then_some(value));
    values.next().filter(|_| values.next().is_none())
}

fn set(name: &str, value: &str, lifetime: Duration) -> Option<HeaderValue> {
    let seconds = lifetime.whole_seconds().max(0);
    let text = format!("{name}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=Lax");
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn origin_of(issuer: &str) -> String {
    let host_at = issuer.find("://").map_or(0, |at| at + 3);
    let end = issuer[host_at..].find('/').map_or(issuer.len(), |at| host_at + at);
    issuer[..end].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;
    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use time::Duration;
    use uuid::Uuid;

    use super::Browser;

    fn browser() -> Browser {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        Browser::new("https://Studio.example:8443/", key)
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
            })
            .collect()
    }

    #[test]
    fn only_our_own_pages_are_of_the_same_origin() {
        let cases: [(&[(&'static str, &str)], bool); 8] = [
            (&[("origin", "https://studio.example:8443")], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("origin", "https://studio.example")], false),
            (&[("origin", "http://studio.example:8443")], false),
            (&[("origin", "null")], false),
            (&[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[], false),
        ];
        for (pairs, expected) in cases {
            assert_eq!(browser().is_same_origin(&headers(pairs)), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_session_cookie_comes_back_as_it_was_set() {
        let browser = browser();
        let session = Uuid::from_u128(7);
        let set = browser.keep_session(session, Duration::days(90)).unwrap();
        let set = set.to_str().unwrap();
        let (pair, attributes) = set.split_once("; ").unwrap();
        assert_eq!(attributes, "Max-Age=7776000; Path=/; Secure; HttpOnly; SameSite=Lax");
        let header = format!("theme=dark; {pair}; lang=en");
        assert_eq!(browser.session(&headers(&[("cookie", &header)])), Some(session));
        let twice = format!("{pair}; {pair}");
        assert_eq!(browser.session(&headers(&[("cookie", &twice)])), None);
        let changed = pair.replace("nxc_A", "nxc_B");
        assert_eq!(browser.session(&headers(&[("cookie", &changed)])), None);
    }
}
