use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use parking_lot::Mutex;

use super::{Bucket, Class, Limiter, OverQuota, Taken, is_near};
use crate::Problem;

/// Counts the one request that it comes with, for handlers that alone can tell whose it is. What
/// was taken last is described in the answer's headers.
#[derive(Clone)]
pub struct Meter {
    limiter: Option<Limiter>,
    address: Option<IpAddr>,
    taken: Arc<Mutex<Option<Taken>>>,
}

impl Meter {
    pub(crate) fn new(limiter: Option<Limiter>, address: Option<IpAddr>) -> Self {
        Self { limiter, address, taken: Arc::default() }
    }

    /// Counts the request as this caller's.
    pub async fn caller(&self, class: Class, name: impl fmt::Display) -> Result<(), OverQuota> {
        if is_near(self.address) {
            return Ok(());
        }
        self.take(Bucket::named(class, name)).await
    }

    /// Counts the request as one of its address.
    pub async fn address(&self, class: Class) -> Result<(), OverQuota> {
        match Bucket::of_address(class, self.address) {
            Some(bucket) => self.take(bucket).await,
            None => Ok(()),
        }
    }

    pub(crate) fn taken(&self) -> Option<Taken> {
        *self.taken.lock()
    }

    async fn take(&self, bucket: Bucket) -> Result<(), OverQuota> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let taken = limiter.take(bucket).await;
        *self.taken.lock() = Some(taken);
        taken.check()
    }
}

impl<S: Sync> FromRequestParts<S> for Meter {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing = || Problem::internal("this route is not declared as metered");
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("taken", &self.taken()).finish_non_exhaustive()
    }
}
