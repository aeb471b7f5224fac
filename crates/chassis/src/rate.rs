//! How many requests a caller may make: the generic cell rate algorithm, shared by all processes
//! through a store, and kept in this process while the store is away.
//!
//! Callers on this machine itself, which are our own services and tools, are not limited unless
//! their API key has a limit of its own.

mod gcra;
mod local;
mod meter;

use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use parking_lot::Mutex;

use crate::principal::Principal;
use crate::problem::{Problem, codes};

pub use gcra::{Decision, Quota, decide};
use local::Local;
pub use meter::Meter;

/// Longest wait for the store: a limit is not worth more.
const STORE_DEADLINE: Duration = Duration::from_millis(100);
/// How long the store is not asked after it did not answer.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// What an address may do without a token.
pub const ANONYMOUS: Class =
    Class { name: "address", quota: Quota { per_minute: 1_200, burst: 300 } };
/// What a signed-in user may do.
const ACCOUNT: Class = Class { name: "account", quota: Quota { per_minute: 3_000, burst: 600 } };
/// What an API key may do unless it has a limit of its own.
const KEY: Quota = Quota { per_minute: 1_200, burst: 300 };

const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Takes one request of a caller from the quota that all processes share; `None` when the store
/// is away.
type Store =
    dyn Fn(String, Quota) -> Pin<Box<dyn Future<Output = Option<Decision>> + Send>> + Send + Sync;

/// Requests that are counted together for each caller, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// Its name in the `RateLimit` headers.
    pub name: &'static str,
    /// How many there may be.
    pub quota: Quota,
}

/// Counts requests. Clones share the counts.
#[derive(Clone)]
pub struct Limiter {
    store: Arc<Store>,
    local: Arc<Local>,
    started: Instant,
    away_until: Arc<Mutex<Option<Instant>>>,
}

/// Whose requests are counted together, and how many there may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bucket {
    name: &'static str,
    key: String,
    quota: Quota,
}

/// What a request took from its bucket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    name: &'static str,
    quota: Quota,
    decision: Decision,
}

/// A request above its quota.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error(
    "{} requests a minute are allowed here, {} at once; slow down",
    .0.quota.per_minute,
    .0.quota.burst
)]
pub struct OverQuota(Taken);

impl Limiter {
    /// A limiter whose counts are kept by `store`, which answers `None` while it is away.
    pub fn new<F, Fut>(store: F) -> Self
    where
        F: Fn(String, Quota) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Option<Decision>> + Send + 'static,
    {
        Self {
            store: Arc::new(move |key, quota| Box::pin(store(key, quota))),
            local: Arc::default(),
            started: Instant::now(),
            away_until: Arc::default(),
        }
    }

    /// Takes one request from a bucket. Never fails: without the store, this process counts alone.
    pub(crate) async fn take(&self, bucket: Bucket) -> Taken {
        let Bucket { name, key, quota } = bucket;
        let decision = if let Some(decision) = self.ask_store(&key, quota).await {
            decision
        } else {
            let now = i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX);
            self.local.take(key, quota, now)
        };
        Taken { name, quota, decision }
    }

    async fn ask_store(&self, key: &str, quota: Quota) -> Option<Decision> {
        if self.away_until.lock().is_some_and(|until| Instant::now() < until) {
            return None;
        }
        let asked = tokio::time::timeout(STORE_DEADLINE, (self.store)(key.to_owned(), quota)).await;
        let decision = asked.ok().flatten();
        *self.away_until.lock() = decision.is_none().then(|| Instant::now() + STORE_PAUSE);
        decision
    }
}

impl Bucket {
    /// The bucket of whoever sent a request; `None` for those who are not limited.
    pub(crate) fn of(principal: Option<&Principal>, address: Option<IpAddr>) -> Option<Self> {
        let near = is_near(address);
        match principal {
            Some(Principal { key: Some(key), key_rate, .. }) if key_rate.is_some() || !near => {
                let quota = key_rate.map_or(KEY, Quota::per_minute);
                Some(Self { name: "api-key", key: format!("key:{key}"), quota })
            }
            _ if near => None,
            Some(principal) => Some(Self::named(ACCOUNT, principal.subject)),
            None => Self::of_address(ANONYMOUS, address),
        }
    }

    /// The bucket of an address for a class of requests; `None` for this machine itself.
    pub(crate) fn of_address(class: Class, address: Option<IpAddr>) -> Option<Self> {
        let address = address.filter(|address| !address.is_loopback())?;
        Some(Self::named(class, network(address)))
    }

    /// The bucket of whoever has this name in a class of requests.
    fn named(class: Class, caller: impl fmt::Display) -> Self {
        let Class { name, quota } = class;
        Self { name, key: format!("{name}:{caller}"), quota }
    }
}

impl Taken {
    /// Refuses what is above the quota.
    pub(crate) fn check(&self) -> Result<(), OverQuota> {
        if self.decision.allowed { Ok(()) } else { Err(OverQuota(*self)) }
    }

    /// Says in the answer how much is left (draft-ietf-httpapi-ratelimit-headers).
    pub(crate) fn describe(&self, headers: &mut HeaderMap) {
        let Self { name, quota, decision } = self;
        let reset =
            decision.reset_after.as_secs() + u64::from(decision.reset_after.subsec_nanos() > 0);
        let limit = format!("\"{name}\";r={};t={reset}", decision.remaining);
        let policy = format!("\"{name}\";q={};w={}", quota.burst, quota.refill().as_secs().max(1));
        for (header, text) in [(LIMIT, limit), (POLICY, policy)] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(header, value);
            }
        }
    }
}

impl OverQuota {
    /// How long to wait for the next request.
    pub fn retry_after(&self) -> Duration {
        self.0.decision.retry_after
    }
}

impl From<OverQuota> for Problem {
    fn from(over: OverQuota) -> Self {
        Self::new(&codes::RATE_LIMITED, over.to_string()).retry_after(over.retry_after())
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("local", &self.local).finish_non_exhaustive()
    }
}

/// Whether a caller is this machine itself.
fn is_near(address: Option<IpAddr>) -> bool {
    address.is_none_or(|address| address.is_loopback())
}

/// Who holds one IPv6 address holds its /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::{Bucket, Limiter, Quota};

    #[test]
    fn one_ipv6_network_is_one_caller_and_this_machine_is_none() {
        let of = |address: &str| Bucket::of(None, Some(address.parse().unwrap()));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("203.0.113.1"), of("203.0.113.2"));
        assert_eq!(of("127.0.0.1"), None);
        assert_eq!(Bucket::of(None, None), None);
    }

    #[tokio::test]
    async fn without_the_store_this_process_counts_and_does_not_ask_every_time() {
        let asked = Arc::new(AtomicU32::new(0));
        let count = asked.clone();
        let limiter = Limiter::new(move |_, _| {
            count.fetch_add(1, Ordering::SeqCst);
            async { None }
        });
        let quota = Quota { per_minute: 1, burst: 3 };
        let mut allowed = 0;
        for _ in 0..10 {
            let bucket = Bucket { name: "test", key: "a".to_owned(), quota };
            allowed += u32::from(limiter.take(bucket).await.check().is_ok());
        }
        assert_eq!((allowed, asked.load(Ordering::SeqCst)), (3, 1));
    }
}
