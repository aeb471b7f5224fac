//! What the OAuth endpoints answer when they refuse: the RFCs' own JSON, not problem+json.

use std::borrow::Cow;
use std::time::Duration;

use api::gateway::OauthErrorBody;
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::problem::chain;
use chassis::rate::OverQuota;

use crate::signing::SigningError;

/// Why a token, a code or an answer about one is not given.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OauthError {
    #[error("{description}")]
    Refused { error: &'static str, description: Cow<'static, str> },
    #[error("no such client, or not its secret; check client_id and client_secret")]
    InvalidClient,
    #[error("the access token is missing, expired, revoked or not for this; sign in again")]
    InvalidToken,
    #[error("the access token does not carry the scope `openid`")]
    InsufficientScope,
    #[error("too many requests; wait before the next")]
    TooMany { retry_after: Duration },
    #[error("the requests of this endpoint cannot be counted")]
    Unmetered,
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Sign(#[from] SigningError),
}

impl OauthError {
    /// A refusal with a code of RFC 6749 or one of its extensions.
    pub(crate) fn refused(error: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused { error, description: description.into() }
    }

    pub(crate) fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::refused("invalid_request", description)
    }

    pub(crate) fn invalid_grant(description: impl Into<Cow<'static, str>>) -> Self {
        Self::refused("invalid_grant", description)
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused { error, .. } => error,
            Self::InvalidClient => "invalid_client",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::TooMany { .. } => "slow_down",
            Self::Database(error) if store::database::is_unavailable(error) => {
                "temporarily_unavailable"
            }
            Self::Database(_) | Self::Sign(_) | Self::Unmetered => "server_error",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Refused { .. } => StatusCode::BAD_REQUEST,
            Self::InvalidClient | Self::InvalidToken => StatusCode::UNAUTHORIZED,
            Self::InsufficientScope => StatusCode::FORBIDDEN,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Database(error) if store::database::is_unavailable(error) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Database(_) | Self::Sign(_) | Self::Unmetered => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    fn describe(&self, headers: &mut HeaderMap) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let challenge = match self {
            Self::InvalidClient => Some("Basic realm=\"nexus-cos\""),
            Self::InvalidToken => Some("Bearer realm=\"nexus-cos\", error=\"invalid_token\""),
            Self::InsufficientScope => {
                Some("Bearer realm=\"nexus-cos\", error=\"insufficient_scope\", scope=\"openid\"")
            }
            _ => None,
        };
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        let wait = match self {
            Self::TooMany { retry_after } => Some(retry_after.as_secs().max(1)),
            Self::Database(_) if self.status() == StatusCode::SERVICE_UNAVAILABLE => Some(2),
            _ => None,
        };
        if let Some(seconds) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

impl From<OverQuota> for OauthError {
    fn from(over: OverQuota) -> Self {
        Self::TooMany { retry_after: over.retry_after() }
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let (error, status) = (self.code(), self.status());
        let error_description = if status.is_server_error() {
            tracing::error!(code = error, error = chain(&self), "request failed");
            "something failed on our side; try again later".to_owned()
        } else {
            tracing::debug!(code = error, error = %self, "request refused");
            self.to_string()
        };
        let body = OauthErrorBody { error: error.to_owned(), error_description };
        let mut response = (status, Json(body)).into_response();
        self.describe(response.headers_mut());
        response
    }
}
