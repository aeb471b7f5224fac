use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use api::gateway::AccessTokenClaims;
use time::OffsetDateTime;

use super::access_token::AccessToken;
use super::api_keys::ApiKeys;
use super::keys::{KeySource, Keys};
use super::token_cache::{self, TokenCache, Verified};
use super::{Principal, Revocations};
use crate::api_key;
use crate::calls::CallError;

/// Largest access token that is looked at, in bytes.
const MAX_TOKEN: usize = 8 * 1024;

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
    /// What it says of its user was true once.
    #[error("token called in")]
    CalledIn,
    /// No key has the id it names.
    #[error("signed with an unknown key")]
    UnknownKey,
    /// It is not a token, or not one for here.
    #[error("token not valid: {0}")]
    Invalid(&'static str),
    /// It is an API key with a slip in it.
    #[error("not an API key: mistyped or cut off")]
    MistypedKey,
    /// It is an API key that is unknown, expired or revoked.
    #[error("API key refused")]
    KeyRefused,
    /// It is an API key that nobody can be asked about now.
    #[error("the API key cannot be checked now: {0}")]
    KeyUnavailable(String),
    /// It may have been revoked without word of it getting here.
    #[error("nothing was heard for {} s of what was revoked", .0.as_secs())]
    Silence(Duration),
    /// The same, since this process began.
    #[error("nothing was heard yet of what was revoked")]
    Unheard,
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
    expected: Arc<VerifierConfig>,
    cache: Arc<TokenCache>,
    api_keys: Option<ApiKeys>,
    longest_silence: Option<Duration>,
}

impl TokenVerifier {
    /// A verifier whose keys come from `source`.
    pub fn new(config: &VerifierConfig, source: KeySource, revocations: Revocations) -> Self {
        Self {
            keys: Arc::new(Keys::new(source)),
            revocations,
            expected: Arc::new(config.clone()),
            cache: Arc::new(TokenCache::new()),
            api_keys: None,
            longest_silence: None,
        }
    }

    /// Refuses every token until it was heard what was revoked, and once nothing has been heard of it
    /// for so long: for services that are told by another.
    pub fn refusing_after(mut self, silence: Duration) -> Self {
        self.longest_silence = Some(silence);
        self
    }

    /// Fails while every token is refused because nothing is heard of what was revoked.
    pub fn check_silence(&self) -> Result<(), TokenError> {
        let Some(longest) = self.longest_silence else { return Ok(()) };
        match self.revocations.silence() {
            None => Err(TokenError::Unheard),
            Some(silence) if silence > longest => Err(TokenError::Silence(silence)),
            Some(_) => Ok(()),
        }
    }

    /// Accepts API keys too, as the tokens that `keys` exchanges them for.
    pub fn with_api_keys(mut self, keys: ApiKeys) -> Self {
        self.api_keys = Some(keys);
        self
    }

    /// Checks one token, or API key, and says whom it speaks for.
    pub async fn verify(&self, token: &str) -> Result<Principal, TokenError> {
        if let Some(keys) = self.api_keys.as_ref().filter(|_| api_key::is_meant(token)) {
            return self.verify_key(keys, token).await;
        }
        self.verified(token).await.map(|verified| verified.principal.clone())
    }

    /// Checks one token and gives back everything it says.
    pub async fn claims(&self, token: &str) -> Result<AccessTokenClaims, TokenError> {
        self.verified(token).await.map(|verified| verified.claims.clone())
    }

    async fn verify_key(&self, keys: &ApiKeys, key: &str) -> Result<Principal, TokenError> {
        let token = keys.token(key).await?;
        let mut verified = self.verified(&token).await;
        if let Err(TokenError::Revoked | TokenError::Expired | TokenError::CalledIn) = verified {
            keys.forget(key);
        }
        if let Err(TokenError::CalledIn) = verified {
            verified = self.verified(&keys.token(key).await?).await;
        }
        verified.map(|verified| verified.principal.clone()).map_err(|error| match error {
            TokenError::Revoked => TokenError::KeyRefused,
            error => error,
        })
    }

    /// What is known about a token that was checked now or a moment ago, and was not revoked.
    async fn verified(&self, token: &str) -> Result<Arc<Verified>, TokenError> {
        if token.len() > MAX_TOKEN {
            return Err(TokenError::Invalid("it is too long"));
        }
        self.check_silence()?;
        let (key, now) = (token_cache::key(token), OffsetDateTime::now_utc());
        let verified = match self.cache.get(&key, now) {
            Some(verified) => verified,
            None => self.cache.insert(key, self.check(token, now).await?, now),
        };
        if self.revocations.refuses(&verified.claims) {
            return Err(TokenError::Revoked);
        }
        if self.revocations.has_called_in(&verified.claims) {
            return Err(TokenError::CalledIn);
        }
        Ok(verified)
    }

    /// Checks signature, issuer, audience and times.
    async fn check(
        &self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<AccessTokenClaims, TokenError> {
        let token = AccessToken::read(token)?;
        let key = self.keys.get(&token.key_id).await.map_err(TokenError::KeysUnavailable)?;
        token.verify(key.as_deref().ok_or(TokenError::UnknownKey)?, &self.expected, now)
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
