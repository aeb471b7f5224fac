//! Limits on attempts to sign in.
//!
//! A device that has signed in to the account before has a budget of its own, so that nobody else
//! can use it up. Everybody else is limited for each account and address, for each address, and
//! for each account from anywhere: the last would let anybody lock anybody out if it bound known
//! devices too. Second factors are limited for each challenge and each account;
//! passkeys cannot be guessed, so only what is begun for them is limited, for each address.

mod local;

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use store::Redis;
use uuid::Uuid;

use self::local::LocalCounts;
use crate::Config;
use crate::domain::account::Email;

/// Answers that one challenge takes.
const PER_CHALLENGE: u64 = 5;

/// Counts attempts in Redis, and in this process while Redis is away: guessing must not become
/// unlimited by that.
pub(crate) struct Throttle {
    redis: Redis,
    local: LocalCounts,
    per_account: u64,
    per_address: u64,
    per_account_anywhere: u64,
    window: Duration,
}

/// Who tries to sign in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    /// To which account, whether it exists or not.
    pub(crate) email: &'a Email,
    /// From where.
    pub(crate) address: IpAddr,
    /// The device, when it has signed in to this account before.
    pub(crate) device: Option<Uuid>,
}

impl Throttle {
    pub(crate) fn new(redis: Redis, config: &Config) -> Self {
        Self {
            redis,
            local: LocalCounts::default(),
            per_account: config.attempts_per_account.into(),
            per_address: config.attempts_per_address.into(),
            per_account_anywhere: config
                .attempts_per_account_anywhere
                .max(config.attempts_per_account)
                .into(),
            window: config.attempts_window(),
        }
    }

    /// Counts an attempt with a password; the error is how long to wait.
    pub(crate) async fn attempt(&self, who: Attempt<'_>) -> Result<(), Duration> {
        if who.device.is_some() {
            return self.all([(self.budget(who), self.per_account)]).await;
        }
        let anywhere = self.redis.key(&["gateway-api", "attempts", "account", &hashed(who.email)]);
        let address =
            self.redis.key(&["gateway-api", "attempts", "address", &who.address.to_string()]);
        // The account's budget last: what an address has no right to any more does not use it up.
        self.all([
            (address, self.per_address),
            (self.budget(who), self.per_account),
            (anywhere, self.per_account_anywhere),
        ])
        .await
    }

    /// Counts an answer to a challenge.
    pub(crate) async fn answer(&self, user: Uuid, challenge: Uuid) -> Result<(), Duration> {
        let challenge = self.redis.key(&["gateway-api", "answers", &challenge.to_string()]);
        self.all([(challenge, PER_CHALLENGE), (self.answers(user), self.per_account)]).await
    }

    /// Counts a ceremony that somebody begins who is not signed in.
    pub(crate) async fn ceremony(&self, address: IpAddr) -> Result<(), Duration> {
        let address = self.redis.key(&["gateway-api", "ceremonies", &address.to_string()]);
        self.all([(address, self.per_address)]).await
    }

    /// Counts another proof asked of somebody who is signed in.
    pub(crate) async fn proof(&self, user: Uuid) -> Result<(), Duration> {
        self.all([(self.answers(user), self.per_account)]).await
    }

    /// Forgets the attempts of who has signed in after all.
    pub(crate) async fn succeeded(&self, who: Attempt<'_>) {
        self.forget(self.budget(who)).await;
    }

    /// Forgets the answers of who has given the right one.
    pub(crate) async fn answered(&self, user: Uuid) {
        self.forget(self.answers(user)).await;
    }

    /// Whether this is the first time that something which may happen once happens.
    pub(crate) async fn once(&self, id: Uuid) -> bool {
        let key = self.redis.key(&["gateway-api", "once", &id.to_string()]);
        self.count(&key).await == 1
    }

    async fn all<const N: usize>(&self, limits: [(String, u64); N]) -> Result<(), Duration> {
        for (key, limit) in limits {
            if self.count(&key).await > limit {
                return Err(self.wait(&key).await);
            }
        }
        Ok(())
    }

    async fn count(&self, key: &str) -> u64 {
        match self.redis.count(key, self.window).await {
            Ok(count) => count,
            Err(error) => {
                tracing::warn!(%error, "attempts are counted in this process, for redis is away");
                self.local.count(key, self.window)
            }
        }
    }

    async fn forget(&self, key: String) {
        self.local.forget(&key);
        if let Err(error) = self.redis.forget(&key).await {
            tracing::warn!(%error, "attempts could not be forgotten");
        }
    }

    async fn wait(&self, key: &str) -> Duration {
        self.redis.remaining(key).await.ok().flatten().unwrap_or(self.window)
    }

    fn answers(&self, user: Uuid) -> String {
        self.redis.key(&["gateway-api", "answers", "account", &user.to_string()])
    }

    /// What counts the attempts of a known device, or of an address, at one account.
    fn budget(&self, who: Attempt<'_>) -> String {
        let account = hashed(who.email);
        let place = match who.device {
            Some(device) => format!("device-{device}"),
            None => who.address.to_string(),
        };
        self.redis.key(&["gateway-api", "attempts", &account, &place])
    }
}

/// Redis learns which account it is only as a hash.
fn hashed(email: &Email) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, email.as_str().as_bytes()))
}
