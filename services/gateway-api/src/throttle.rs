//! Limits on sign-in attempts: per account and address, and per address.
//!
//! There is no limit per account alone: it would let anybody lock anybody out.

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use store::Redis;

use crate::Config;
use crate::domain::account::Email;

/// Counts attempts in Redis.
pub(crate) struct Throttle {
    redis: Redis,
    per_account: u64,
    per_address: u64,
    window: Duration,
}

impl Throttle {
    pub(crate) fn new(redis: Redis, config: &Config) -> Self {
        Self {
            redis,
            per_account: config.attempts_per_account.into(),
            per_address: config.attempts_per_address.into(),
            window: config.attempts_window(),
        }
    }

    /// Counts an attempt; the error is how long to wait.
    ///
    /// When Redis is away attempts are let through: nobody shall be locked out of the platform
    /// by that, and the password queue still bounds the rate of guesses.
    pub(crate) async fn attempt(&self, email: &Email, address: IpAddr) -> Result<(), Duration> {
        let checks = [
            (self.account_key(email, address), self.per_account),
            (self.redis.key(&["gateway-api", "attempts", &address.to_string()]), self.per_address),
        ];
        for (key, limit) in checks {
            match self.redis.count(&key, self.window).await {
                Ok(count) if count > limit => return Err(self.wait(&key).await),
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "sign-in attempts cannot be counted; letting one through");
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Forgets the attempts for an account after one that succeeded.
    pub(crate) async fn succeeded(&self, email: &Email, address: IpAddr) {
        let key = self.account_key(email, address);
        if let Err(error) = self.redis.forget(&key).await {
            tracing::warn!(%error, "sign-in attempts could not be forgotten");
        }
    }

    async fn wait(&self, key: &str) -> Duration {
        self.redis.remaining(key).await.ok().flatten().unwrap_or(self.window)
    }

    /// Redis learns which account it is only as a hash.
    fn account_key(&self, email: &Email, address: IpAddr) -> String {
        let account = URL_SAFE_NO_PAD.encode(digest(&SHA256, email.as_str().as_bytes()));
        self.redis.key(&["gateway-api", "attempts", &account, &address.to_string()])
    }
}
