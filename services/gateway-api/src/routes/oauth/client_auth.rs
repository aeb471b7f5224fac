//! How clients say who they are (RFC 6749, 2.3): in the `Authorization` header or in the form.

use std::sync::Arc;

use axum::RequestExt;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chassis::rate::{self, Class, Meter, Quota};

use super::form::FormParams;
use crate::domain::oauth::client::Client;
use crate::domain::oauth::params::Params;
use crate::error::OauthError;
use crate::oauth::Credentials;
use crate::state::AppState;

/// The form of a client that has proven itself. A confidential client's requests are counted as its
/// own, wherever they come from; others by address, because anybody can name a public client.
pub(crate) struct ClientForm {
    pub(crate) client: Arc<Client>,
    pub(crate) params: Params,
}

impl FromRequest<AppState> for ClientForm {
    type Rejection = OauthError;

    async fn from_request(mut request: Request, state: &AppState) -> Result<Self, OauthError> {
        let meter = request.extract_parts::<Meter>().await.map_err(|_| OauthError::Unmetered)?;
        let headers = request.headers().clone();
        let FormParams(params) = FormParams::from_request(request, state).await?;
        let credentials = credentials(&headers, &params)?;
        let directory = &state.oauth.directory;
        // Whom nobody knows yet costs a query.
        let counted = !directory.remembers(&credentials.client_id);
        if counted {
            meter.address(rate::ANONYMOUS).await?;
        }
        let client = match directory.authenticate(&credentials).await {
            Err(OauthError::InvalidClient) => {
                if !counted {
                    meter.address(rate::ANONYMOUS).await?;
                }
                return Err(OauthError::InvalidClient);
            }
            found => found?,
        };
        let class = Class { name: "client", quota: Quota::per_minute(state.oauth.client_rate) };
        match client.secret_hash {
            Some(_) => meter.caller(class, client.id).await?,
            None if counted => {}
            None => meter.address(rate::ANONYMOUS).await?,
        }
        Ok(Self { client, params })
    }
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
