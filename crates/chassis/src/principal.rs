//! Who sent a request: the bearer token of an `Authorization` header, checked here.

mod access_token;
mod api_keys;
mod keys;
mod revocations;
mod token_cache;
mod verifier;
#[cfg(test)]
mod wycheproof;

use std::collections::BTreeSet;
use std::sync::Arc;

use api::gateway::AccessTokenClaims;
use api::plan::PlanCode;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use time::OffsetDateTime;
use uuid::Uuid;

pub use api_keys::{ApiKeys, ExchangeError};
pub use keys::{KeySource, LocalKeys};
pub use revocations::Revocations;
pub use verifier::{TokenError, TokenVerifier, VerifierConfig};

use crate::problem::{Problem, codes};

/// What a refused token is answered with (RFC 6750, 3.1).
const INVALID_TOKEN: &str = "error=\"invalid_token\"";

/// Whoever is signed in. As a handler's argument it refuses requests without a valid token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The user.
    pub subject: Uuid,
    /// The session, for tokens that belong to one.
    pub session: Option<Uuid>,
    /// What a person agreed to, for tokens that a client got by it.
    pub grant: Option<Uuid>,
    /// The API key that the request came with, if it did.
    pub key: Option<Uuid>,
    /// Requests a minute that this key may make, when it has a limit of its own.
    pub key_rate: Option<u32>,
    /// The OAuth client that acts for the user, or for itself.
    pub client: Option<Arc<str>>,
    /// What the token allows.
    pub scopes: Arc<BTreeSet<String>>,
    /// Roles at the time of sign-in or refresh.
    pub roles: Arc<BTreeSet<String>>,
    /// Plan of the account at the same time.
    pub plan: PlanCode,
    /// When the token was issued, so when roles and plan were looked up.
    pub issued_at: OffsetDateTime,
}

impl Principal {
    /// Whom the claims of a token speak for.
    fn of(claims: &AccessTokenClaims) -> Self {
        let words = claims.scope.split(' ').filter(|word| !word.is_empty());
        Self {
            subject: claims.sub,
            session: claims.sid,
            grant: claims.grant,
            key: claims.key_id,
            key_rate: claims.key_rate,
            client: claims.client_id.as_deref().map(Arc::from),
            scopes: Arc::new(words.map(str::to_owned).collect()),
            roles: Arc::new(claims.roles.iter().cloned().collect()),
            plan: claims.plan.unwrap_or(PlanCode::Free),
            issued_at: OffsetDateTime::from_unix_timestamp(claims.iat)
                .unwrap_or(OffsetDateTime::UNIX_EPOCH),
        }
    }

    /// Refuses with 403 unless the token carries the scope.
    pub fn require(&self, scope: &str) -> Result<(), Problem> {
        if self.scopes.contains(scope) {
            return Ok(());
        }
        Err(Problem::new(
            &codes::SCOPE_MISSING,
            format!("this needs the scope `{scope}`, which your account's role does not include"),
        ))
    }
}

impl<S> FromRequestParts<S> for Principal
where
    S: Send + Sync,
    TokenVerifier: FromRef<S>,
{
    type Rejection = Problem;

    /// Whom the guard of the routes has let in; checks the token where no guard stands.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if let Some(principal) = parts.extensions.get::<Self>() {
            return Ok(principal.clone());
        }
        let token = bearer_token(&parts.headers)?;
        Ok(TokenVerifier::from_ref(state).verify(token).await?)
    }
}

/// The token of an `Authorization: Bearer` header.
pub fn bearer_token(headers: &HeaderMap) -> Result<&str, Problem> {
    let missing = || {
        Problem::new(
            &codes::SIGN_IN_REQUIRED,
            "send an access token as `authorization: Bearer …`; POST /api/v1/session issues one",
        )
    };
    let value = headers.get(header::AUTHORIZATION).ok_or_else(missing)?;
    let (scheme, token) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(missing()) }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => Self::new(
                &codes::TOKEN_EXPIRED,
                "the access token has expired; refresh the session",
            )
            .authenticate(INVALID_TOKEN),
            TokenError::CalledIn => Self::new(
                &codes::TOKEN_EXPIRED,
                "what the access token says of you has changed; refresh the session",
            )
            .authenticate(INVALID_TOKEN),
            TokenError::Revoked => {
                Self::new(&codes::SESSION_REVOKED, "the session has ended; sign in again")
                    .authenticate(INVALID_TOKEN)
            }
            TokenError::KeysUnavailable(_) => Self::new(
                &codes::KEYS_UNAVAILABLE,
                "the signing keys could not be fetched from gateway-api; try again shortly",
            )
            .retry_after(std::time::Duration::from_secs(1))
            .caused_by(error),
            TokenError::Silence(_) | TokenError::Unheard => Self::new(
                &codes::REVOCATIONS_UNKNOWN,
                "this service has lost touch with the one that ends sessions; try again shortly",
            )
            .retry_after(std::time::Duration::from_secs(5))
            .caused_by(error),
            TokenError::MistypedKey => Self::new(
                &codes::API_KEY_REFUSED,
                "the API key is mistyped or cut off; copy it anew",
            )
            .authenticate(INVALID_TOKEN),
            TokenError::KeyRefused => Self::new(
                &codes::API_KEY_REFUSED,
                "the API key is unknown, expired or revoked; ask its owner for another",
            )
            .authenticate(INVALID_TOKEN),
            TokenError::KeyUnavailable(_) => Self::new(
                &codes::KEYS_UNAVAILABLE,
                "the API key could not be checked by gateway-api; try again shortly",
            )
            .retry_after(std::time::Duration::from_secs(1))
            .caused_by(error),
            TokenError::Invalid(_) | TokenError::UnknownKey => Self::new(
                &codes::TOKEN_INVALID,
                "the access token is not valid here; sign in again",
            )
            .authenticate(INVALID_TOKEN)
            .caused_by(error),
        }
    }
}
