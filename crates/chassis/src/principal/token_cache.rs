use std::fmt;
use std::sync::Arc;

use api::gateway::AccessTokenClaims;
use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::sync::Cache;
use time::{Duration, OffsetDateTime};

use super::Principal;

/// Tokens that are remembered at once; the least used make room.
const CAPACITY: usize = 16_384;
/// Longest that a token is not looked at again, so that a signing key that is withdrawn is
/// withdrawn here too.
const LONGEST: Duration = Duration::seconds(60);

/// A token whose signature and claims were found good.
#[derive(Debug)]
pub(super) struct Verified {
    pub(super) claims: AccessTokenClaims,
    pub(super) principal: Principal,
    /// Until when that is believed.
    good_until: OffsetDateTime,
}

/// Tokens that were checked a moment ago, by their SHA-256. Bounded, and no secret is in it.
/// Whether a token was revoked is not remembered: that is asked on every use.
pub(super) struct TokenCache {
    verified: Cache<[u8; 32], Arc<Verified>>,
}

impl TokenCache {
    pub(super) fn new() -> Self {
        Self { verified: Cache::new(CAPACITY) }
    }

    pub(super) fn get(&self, key: &[u8; 32], now: OffsetDateTime) -> Option<Arc<Verified>> {
        self.verified.get(key).filter(|verified| now < verified.good_until)
    }

    pub(super) fn insert(
        &self,
        key: [u8; 32],
        claims: AccessTokenClaims,
        now: OffsetDateTime,
    ) -> Arc<Verified> {
        let expires_at = OffsetDateTime::from_unix_timestamp(claims.exp).unwrap_or(now);
        let verified = Arc::new(Verified {
            principal: Principal::of(&claims),
            claims,
            good_until: expires_at.min(now + LONGEST),
        });
        self.verified.insert(key, verified.clone());
        verified
    }
}

/// What a token is remembered by.
pub(super) fn key(token: &str) -> [u8; 32] {
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    key
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache").field("tokens", &self.verified.len()).finish()
    }
}
