use std::fmt;
use std::sync::Arc;

use api::gateway::{ACCESS_TOKEN_TYPE, AccessTokenClaims};
use api::plan::PlanCode;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};

use super::keys::{KeySource, Keys};
use super::{Principal, Revocations};
use crate::calls::CallError;

/// Largest access token that is looked at, in bytes.
const MAX_TOKEN: usize = 8 * 1024;
/// Seconds by which clocks may differ.
const LEEWAY: u64 = 5;

/// What access tokens must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierConfig {
    /// Accepted issuer: the platform's public URL.
    pub issuer: String,
    /// Accepted audience.
    pub audience: String,
}

/// Why a token is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It was valid once.
    #[error("token expired")]
    Expired,
    /// Its session has ended.
    #[error("session revoked")]
    Revoked,
    /// No key has the id it names.
    #[error("signed with an unknown key")]
    UnknownKey,
    /// It is not a token, or not one for here.
    #[error("token not valid")]
    Invalid(#[source] Option<jsonwebtoken::errors::Error>),
    /// No key has been fetched yet, and now they cannot be.
    #[error("no signing keys")]
    KeysUnavailable(#[source] CallError),
}

/// Checks access tokens: signature, issuer, audience, times, and that the session lives.
/// Clones share keys and revocations. Nothing is called per token once the keys are there.
#[derive(Clone)]
pub struct TokenVerifier {
    keys: Arc<Keys>,
    revocations: Revocations,
    validation: Arc<Validation>,
}

impl TokenVerifier {
    /// A verifier whose keys come from `source`.
    pub fn new(config: &VerifierConfig, source: KeySource, revocations: Revocations) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&config.issuer]);
        validation.set_audience(&[&config.audience]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "nbf", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY;
        Self { keys: Arc::new(Keys::new(source)), revocations, validation: Arc::new(validation) }
    }

    /// Checks one token and says whom it speaks for.
    pub async fn verify(&self, token: &str) -> Result<Principal, TokenError> {
        let claims = self.claims(token).await?;
        Ok(Principal {
            subject: claims.sub,
            session: claims.sid,
            scopes: claims.scope.split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
            roles: claims.roles.into_iter().collect(),
            plan: claims.plan.unwrap_or(PlanCode::Free),
        })
    }

    /// Checks one token and gives back everything it says.
    pub async fn claims(&self, token: &str) -> Result<AccessTokenClaims, TokenError> {
        if token.len() > MAX_TOKEN {
            return Err(TokenError::Invalid(None));
        }
        let header =
            jsonwebtoken::decode_header(token).map_err(|error| TokenError::Invalid(Some(error)))?;
        let typed =
            header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(ACCESS_TOKEN_TYPE));
        let Some(kid) = header.kid.filter(|_| typed && header.alg == Algorithm::EdDSA) else {
            return Err(TokenError::Invalid(None));
        };
        let key = self.keys.get(&kid).await.map_err(TokenError::KeysUnavailable)?;
        let key = key.ok_or(TokenError::UnknownKey)?;
        let claims = jsonwebtoken::decode::<AccessTokenClaims>(token, &key, &self.validation)
            .map_err(refusal)?
            .claims;
        let revocable = [claims.sid, claims.grant, Some(claims.jti)];
        if self.revocations.contains_any(revocable.into_iter().flatten()) {
            return Err(TokenError::Revoked);
        }
        Ok(claims)
    }

    /// The list of ended sessions that it refuses.
    pub fn revocations(&self) -> &Revocations {
        &self.revocations
    }
}

impl fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenVerifier")
            .field("revocations", &self.revocations)
            .finish_non_exhaustive()
    }
}

fn refusal(error: jsonwebtoken::errors::Error) -> TokenError {
    match error.kind() {
        ErrorKind::ExpiredSignature => TokenError::Expired,
        _ => TokenError::Invalid(Some(error)),
    }
}
