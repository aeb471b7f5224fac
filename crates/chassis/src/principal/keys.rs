use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::gateway::{Jwk, JwkSet};
use aws_lc_rs::signature::ParsedPublicKey;
use parking_lot::RwLock;
use serde::Deserialize;
use serde_json::{Value, from_value};
use tokio::sync::Mutex;

use super::access_token;
use crate::calls::{CallError, Calls};

/// Shortest time between two fetches, however many unknown key ids come in.
const FETCH_FLOOR: Duration = Duration::from_secs(5);
/// Age at which the keys are fetched again though all are known, so that withdrawn keys go.
const FETCH_AGE: Duration = Duration::from_mins(1);

/// Where the keys that verify access tokens come from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// The service has them itself, and replaces them as they are rotated.
    Local(LocalKeys),
    /// They are fetched from this URL, cached, and kept while it is away.
    Remote {
        /// URL of the JWKS document.
        url: String,
        /// What fetches it.
        calls: Calls,
    },
}

/// The keys of the service that issues tokens. Clones share one set.
#[derive(Clone, Default)]
pub struct LocalKeys(Arc<RwLock<BTreeMap<String, Arc<ParsedPublicKey>>>>);

/// The verifying keys by key id.
pub(super) struct Keys {
    source: KeySource,
    known: RwLock<Known>,
    fetching: Mutex<()>,
}

#[derive(Default)]
struct Known {
    keys: BTreeMap<String, Arc<ParsedPublicKey>>,
    /// When they were last fetched, with or without success.
    tried_at: Option<Instant>,
    fetched_at: Option<Instant>,
}

/// A published set. Keys that are not understood are no reason to refuse the others (RFC 7517, 5).
#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

impl Published {
    fn understood(self) -> JwkSet {
        JwkSet { keys: self.keys.into_iter().filter_map(|key| from_value(key).ok()).collect() }
    }
}

impl Keys {
    pub(super) fn new(source: KeySource) -> Self {
        Self { source, known: RwLock::default(), fetching: Mutex::new(()) }
    }

    /// The key of this id, `None` when there is none; fails only when no keys are known at all.
    pub(super) async fn get(
        self: &Arc<Self>,
        kid: &str,
    ) -> Result<Option<Arc<ParsedPublicKey>>, CallError> {
        let (url, calls) = match &self.source {
            KeySource::Local(local) => return Ok(local.0.read().get(kid).cloned()),
            KeySource::Remote { url, calls } => (url, calls),
        };
        let (key, stale) = self.look_up(kid);
        if key.is_some() {
            if stale {
                let (keys, url, calls) = (self.clone(), url.clone(), calls.clone());
                tokio::spawn(async move { keys.fetch(&url, &calls).await });
            }
            return Ok(key);
        }
        let fetched = self.fetch(url, calls).await;
        let (key, _) = self.look_up(kid);
        match fetched {
            Err(error) if self.known.read().keys.is_empty() => Err(error),
            _ => Ok(key),
        }
    }

    fn look_up(&self, kid: &str) -> (Option<Arc<ParsedPublicKey>>, bool) {
        let known = self.known.read();
        let stale = known.fetched_at.is_none_or(|at| at.elapsed() > FETCH_AGE);
        (known.keys.get(kid).cloned(), stale)
    }

    /// Fetches the keys unless that was done or tried a moment ago; one caller at a time.
    async fn fetch(&self, url: &str, calls: &Calls) -> Result<(), CallError> {
        let _one_at_a_time = self.fetching.lock().await;
        let empty = {
            let known = self.known.read();
            let lately = known.tried_at.is_some_and(|at| at.elapsed() < FETCH_FLOOR);
            if lately && !known.keys.is_empty() {
                return Ok(());
            }
            known.keys.is_empty()
        };
        self.known.write().tried_at = Some(Instant::now());
        match calls.get::<Published>(url).await {
            Ok(published) => {
                let mut known = self.known.write();
                known.keys = decode(&published.understood());
                known.fetched_at = Some(Instant::now());
                Ok(())
            }
            Err(error) => {
                if !empty {
                    tracing::warn!(%error, "signing keys could not be refreshed; keeping the last ones");
                }
                Err(error)
            }
        }
    }
}

impl LocalKeys {
    /// Replaces the set. Keys for other purposes than access tokens are left out.
    pub fn set(&self, keys: &JwkSet) {
        *self.0.write() = decode(keys);
    }
}

impl From<JwkSet> for LocalKeys {
    fn from(keys: JwkSet) -> Self {
        Self(Arc::new(RwLock::new(decode(&keys))))
    }
}

impl fmt::Debug for LocalKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LocalKeys").field(&self.0.read().keys()).finish()
    }
}

/// The Ed25519 keys of a set; keys for other purposes are left out.
fn decode(set: &JwkSet) -> BTreeMap<String, Arc<ParsedPublicKey>> {
    set.keys
        .iter()
        .filter(|jwk| jwk.kty == "OKP" && jwk.alg == "EdDSA")
        .filter(|jwk| jwk.crv.as_deref() == Some("Ed25519"))
        .filter_map(|jwk: &Jwk| {
            let key = access_token::public_key(jwk.x.as_ref()?);
            if key.is_none() {
                tracing::warn!(kid = jwk.kid, "a signing key cannot be read; skipped");
            }
            Some((jwk.kid.clone(), Arc::new(key?)))
        })
        .collect()
}
