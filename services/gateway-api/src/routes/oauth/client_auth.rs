//! How clients say who they are (RFC 6749, 2.3): in the `Authorization` header or in the form.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::domain::oauth::client::Client;
use crate::domain::oauth::params::Params;
use crate::error::OauthError;
use crate::oauth::{Credentials, Oauth};

/// The client that sent this request.
pub(super) async fn client(
    oauth: &Oauth,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Arc<Client>, OauthError> {
    oauth.directory.authenticate(&credentials(headers, params)?).await
}

fn credentials(headers: &HeaderMap, params: &Params) -> Result<Credentials, OauthError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        let client_id = params.owned("client_id").ok_or(OauthError::InvalidClient)?;
        return Ok(Credentials { client_id, secret: params.owned("client_secret") });
    };
    let credentials = basic(value.to_str().ok()).ok_or(OauthError::InvalidClient)?;
    if params.get("client_secret").is_some() {
        return Err(OauthError::invalid_request(
            "send the client's secret in one place: the header or the form",
        ));
    }
    if params.get("client_id").is_some_and(|named| named != credentials.client_id) {
        return Err(OauthError::invalid_request("the header and the form name different clients"));
    }
    Ok(credentials)
}

/// Name and secret are form-encoded before they are joined (RFC 6749, 2.3.1).
fn basic(value: Option<&str>) -> Option<Credentials> {
    let (scheme, encoded) = value?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let joined = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (client_id, secret) = joined.split_once(':')?;
    Some(Credentials { client_id: decoded(client_id), secret: Some(decoded(secret)) })
}

fn decoded(text: &str) -> String {
    let pair = format!("x={}", text.replace('&', "%26").replace('=', "%3D"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs.next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::basic;

    #[test]
    fn name_and_secret_are_decoded_one_by_one() {
        let header = format!("Basic {}", STANDARD.encode("a%3Ab+c:d%26e%25=f"));
        let credentials = basic(Some(&header)).unwrap();
        assert_eq!(credentials.client_id, "a:b c");
        assert_eq!(credentials.secret.as_deref(), Some("d&e%=f"));
        for bad in ["Basic", "Basic !", "Bearer eDp5", "Basic eA=="] {
            assert!(basic(Some(bad)).is_none(), "{bad}");
        }
    }
}
