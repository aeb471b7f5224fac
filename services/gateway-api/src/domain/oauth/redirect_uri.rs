//! Where people may be sent back to.

use url::{Host, Url};

/// Longest URI that is taken.
const MAX: usize = 2000;

/// Why a URI cannot be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UriRefused {
    #[error("is not an absolute URL of at most 2000 characters")]
    NotAUrl,
    #[error("must use https; http is for loopback addresses only")]
    Scheme,
    #[error("must not have a fragment")]
    Fragment,
    #[error("must not contain a user name or a password")]
    Credentials,
    #[error("must not contain `*`: URIs are compared character by character")]
    Wildcard,
}

/// Checks a URI that is to be registered.
pub(crate) fn check(uri: &str) -> Result<(), UriRefused> {
    if uri.len() > MAX || uri.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(UriRefused::NotAUrl);
    }
    let url = Url::parse(uri).map_err(|_| UriRefused::NotAUrl)?;
    let host = url.host().ok_or(UriRefused::NotAUrl)?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&host) => {}
        _ => return Err(UriRefused::Scheme),
    }
    if url.fragment().is_some() {
        return Err(UriRefused::Fragment);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UriRefused::Credentials);
    }
    if uri.contains('*') {
        return Err(UriRefused::Wildcard);
    }
    Ok(())
}

/// Whether a URI is a registered one. On a loopback address any port will do, because a native
/// app takes whichever is free (RFC 8252, 7.3).
pub(crate) fn is_registered(uri: &str, registered: &[String]) -> bool {
    if registered.iter().any(|known| known == uri) {
        return true;
    }
    let Some(portless) = without_loopback_port(uri) else { return false };
    registered.iter().any(|known| without_loopback_port(known).is_some_and(|url| url == portless))
}

/// A registered URI with parameters added to its query.
pub(crate) fn with_params(uri: &str, params: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse(uri) else { return uri.to_owned() };
    url.query_pairs_mut().extend_pairs(params);
    url.into()
}

/// Scheme, host and port, as browsers write them in `Origin`.
pub(crate) fn origin(uri: &str) -> Option<String> {
    let origin = Url::parse(uri).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

fn without_loopback_port(uri: &str) -> Option<Url> {
    let mut url = Url::parse(uri).ok()?;
    let literal = match url.host()? {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(_) => false,
    };
    // What the parser rewrote is not what was registered.
    if !literal || url.scheme() != "http" || url.as_str() != uri {
        return None;
    }
    url.set_port(None).ok()?;
    Some(url)
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => *name == "localhost",
    }
}

#[cfg(test)]
mod tests {
    use super::{UriRefused, check, is_registered, with_params};

    #[test]
    fn only_https_and_loopback_without_tricks_can_be_registered() {
        let cases = [
            ("https://app.example.org/callback", Ok(())),
            ("https://app.example.org/callback?tenant=1", Ok(())),
            ("http://127.0.0.1/callback", Ok(())),
            ("http://[::1]:8000/callback", Ok(())),
            ("http://localhost:3000/callback", Ok(())),
            ("http://app.example.org/callback", Err(UriRefused::Scheme)),
            ("http://127.0.0.1.example.org/", Err(UriRefused::Scheme)),
            ("javascript:alert(1)", Err(UriRefused::NotAUrl)),
            ("data:text/html,x", Err(UriRefused::NotAUrl)),
            ("custom://host/x", Err(UriRefused::Scheme)),
            ("https://app.example.org/#x", Err(UriRefused::Fragment)),
            ("https://app.example.org/#", Err(UriRefused::Fragment)),
            ("https://me@app.example.org/", Err(UriRefused::Credentials)),
            ("https://*.example.org/", Err(UriRefused::Wildcard)),
            ("/callback", Err(UriRefused::NotAUrl)),
            ("https://app.example.org/a b", Err(UriRefused::NotAUrl)),
            ("", Err(UriRefused::NotAUrl)),
        ];
        for (uri, expected) in cases {
            assert_eq!(check(uri), expected, "{uri}");
        }
    }

    #[test]
    fn a_redirect_matches_character_by_character_but_for_a_loopback_port() {
        let registered =
            ["https://app.example.org/cb".to_owned(), "http://127.0.0.1/cb".to_owned()];
        let good =
            ["https://app.example.org/cb", "http://127.0.0.1/cb", "http://127.0.0.1:49152/cb"];
        for uri in good {
            assert!(is_registered(uri, &registered), "{uri}");
        }
        let bad = [
            "https://app.example.org/cb/",
            "https://app.example.org/cb?x=1",
            "https://app.example.org/cb#x",
            "https://app.example.org:444/cb",
            "https://app.example.org/CB",
            "https://app.example.org.evil.org/cb",
            "https://app.example.org/x/../cb",
            "https://app.example.org@evil.org/cb",
            "http://app.example.org/cb",
            "http://127.0.0.1:49152/cb/../other",
            "http://127.0.0.1:49152/cb?x=1",
            "http://localhost:49152/cb",
            "http://127.0.0.2:49152/cb",
            "http://2130706433:49152/cb",
        ];
        for uri in bad {
            assert!(!is_registered(uri, &registered), "{uri}");
        }
    }

    #[test]
    fn parameters_are_added_to_those_that_are_there() {
        let url = with_params("https://a.example/cb?tenant=1", &[("code", "x y"), ("state", "&=")]);
        assert_eq!(url, "https://a.example/cb?tenant=1&code=x+y&state=%26%3D");
    }
}
