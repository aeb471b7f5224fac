//! What a browser holds: the cookie of its session and the cookie that makes it a known device.

use aws_lc_rs::hmac;
use axum::http::{HeaderMap, HeaderValue, header};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::account::Email;
use crate::domain::maced;

/// Names begin with `__Host-`, so that no other host and no plain connection can set them.
pub(crate) const SESSION_COOKIE: &str = "__Host-nexus-session";
/// Name of the cookie that marks a device from which somebody has signed in.
const DEVICE_COOKIE: &str = "__Host-nexus-device";
/// What session cookies begin with, for programs that look for leaked secrets.
const SESSION_PREFIX: &str = "nxc_";
/// What device cookies begin with.
const DEVICE_PREFIX: &str = "nxd_";
/// How long a device stays known.
const DEVICE_LIFETIME: Duration = Duration::days(365);

/// See the [module](self).
pub(crate) struct Browser {
    /// Where our own pages come from: the issuer's scheme, host and port.
    origin: String,
    session_key: hmac::Key,
    device_key: hmac::Key,
}

impl Browser {
    pub(crate) fn new(issuer: &str, session_key: hmac::Key, device_key: hmac::Key) -> Self {
        Self { origin: origin_of(issuer), session_key, device_key }
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

    /// The device, when somebody has signed in to this account from it.
    pub(crate) fn device(
        &self,
        headers: &HeaderMap,
        email: &Email,
        now: OffsetDateTime,
    ) -> Option<Uuid> {
        let text = cookie(headers, DEVICE_COOKIE)?;
        let bytes = maced::read(DEVICE_PREFIX, text, &self.device_key)?;
        let (device, rest) = bytes.split_at_checked(16)?;
        let (issued_at, account) = rest.split_at_checked(8)?;
        let issued_at = i64::from_be_bytes(issued_at.try_into().ok()?);
        let age = now.unix_timestamp() - issued_at;
        let known = account == self.account(email).as_ref()
            && (0..DEVICE_LIFETIME.whole_seconds()).contains(&age);
        known.then(|| Uuid::from_slice(device).ok()).flatten()
    }

    /// Makes the device known for this account.
    pub(crate) fn keep_device(
        &self,
        device: Uuid,
        email: &Email,
        now: OffsetDateTime,
    ) -> Option<HeaderValue> {
        let mut bytes = device.as_bytes().to_vec();
        bytes.extend_from_slice(&now.unix_timestamp().to_be_bytes());
        bytes.extend_from_slice(self.account(email).as_ref());
        let value = maced::write(DEVICE_PREFIX, &bytes, &self.device_key);
        set(DEVICE_COOKIE, &value, DEVICE_LIFETIME)
    }

    /// The account in the cookie: whoever reads the cookie does not learn the address.
    fn account(&self, email: &Email) -> hmac::Tag {
        hmac::sign(&self.device_key, email.as_str().as_bytes())
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
    use time::macros::datetime;
    use uuid::Uuid;

    use super::Browser;
    use crate::domain::account::Email;

    fn browser() -> Browser {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        Browser::new("https://Studio.example:8443/", key.clone(), key)
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

    #[test]
    fn a_device_is_known_for_one_account_and_a_year() {
        let browser = browser();
        let now = datetime!(2026-01-01 00:00 UTC);
        let (one, other) = (Email::parse("a@b").unwrap(), Email::parse("c@d").unwrap());
        let device = Uuid::from_u128(9);
        let kept = browser.keep_device(device, &one, now).unwrap();
        let pair = kept.to_str().unwrap().split(';').next().unwrap().to_owned();
        let sent = headers(&[("cookie", &pair)]);
        assert_eq!(browser.device(&sent, &one, now), Some(device));
        assert_eq!(browser.device(&sent, &other, now), None);
        assert_eq!(browser.device(&sent, &one, now + Duration::days(364)), Some(device));
        assert_eq!(browser.device(&sent, &one, now + Duration::days(366)), None);
        let session = pair.replace("device=nxd_", "session=nxc_");
        assert_eq!(browser.session(&headers(&[("cookie", &session)])), None);
    }
}
