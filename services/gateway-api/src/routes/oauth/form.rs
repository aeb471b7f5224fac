//! Bodies of `application/x-www-form-urlencoded`.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;

use crate::domain::oauth::params::Params;
use crate::error::OauthError;

/// The parameters of a form. As a handler's argument it refuses other media types and parameters
/// that come twice.
#[derive(Debug, Clone)]
pub(crate) struct FormParams(pub(crate) Params);

impl<S: Send + Sync> FromRequest<S> for FormParams {
    type Rejection = OauthError;

    async fn from_request(request: Request, state: &S) -> Result<Self, OauthError> {
        let media_type = request.headers().get(header::CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(OauthError::invalid_request(
                "send the parameters as `application/x-www-form-urlencoded`",
            ));
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| OauthError::invalid_request("the body cannot be read"))?;
        let params = Params::parse(&body)
            .map_err(|refused| OauthError::invalid_request(refused.to_string()))?;
        Ok(Self(params))
    }
}
