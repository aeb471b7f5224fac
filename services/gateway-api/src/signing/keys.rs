//! The signing keys of this process, in step with the database and with the other processes.

use std::sync::Arc;

use api::gateway::{ACCESS_TOKEN_TYPE, AccessTokenClaims, JwkSet, SigningAlgorithm};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::principal::LocalKeys;
use parking_lot::RwLock;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Database;
use time::{Duration, OffsetDateTime};

use super::key::{SigningError, SigningKey};
use super::key_ring::{Held, KeyRing};
use crate::db::signing_keys::{self, StoredKey};
use crate::domain::signing_schedule::{KeyState, Rotation, Schedule};
use crate::root_secret::{RootSecret, RootSecretError};
use crate::sealed::{SealError, Sealer};

/// Largest token that is looked at, in bytes.
const MAX_TOKEN: usize = 8 * 1024;
/// Kinds of keys that are kept.
const ALGORITHMS: [SigningAlgorithm; 2] = [SigningAlgorithm::EdDsa, SigningAlgorithm::Rs256];

/// See the [module](self).
pub(crate) struct SigningKeys {
    sealer: Sealer,
    ring: RwLock<Arc<KeyRing>>,
    local: LocalKeys,
    lifetime: Duration,
}

/// Why the signing keys cannot be loaded or rotated.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeysError {
    /// The secret file cannot be used.
    #[error(transparent)]
    RootSecret(#[from] RootSecretError),
    /// The database failed.
    #[error("the signing keys cannot be read from the database")]
    Database(#[from] sqlx::Error),
    /// A stored key does not open.
    #[error(
        "signing key {kid} cannot be opened; restore the secret file that it was sealed with, or remove the rows of `signing_keys` to have new ones made (access tokens of the last minutes are refused then)"
    )]
    Sealed {
        /// The key.
        kid: String,
        /// Why.
        source: SealError,
    },
    /// A key cannot be made or read.
    #[error(transparent)]
    Key(#[from] SigningError),
    /// A key could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl SigningKeys {
    /// None yet; [`keep_current`](Self::keep_current) loads them.
    pub(crate) fn new(root: &RootSecret, lifetime: Duration) -> Result<Self, RootSecretError> {
        Ok(Self {
            sealer: Sealer::new(root, "signing keys, version 1")?,
            ring: RwLock::default(),
            local: LocalKeys::default(),
            lifetime,
        })
    }

    /// What verifies access tokens in this process; it follows every rotation.
    pub(crate) fn verifying(&self) -> LocalKeys {
        self.local.clone()
    }

    pub(crate) fn published(&self, now: OffsetDateTime) -> JwkSet {
        self.ring.read().published(now)
    }

    pub(crate) fn sign_access(
        &self,
        claims: &AccessTokenClaims,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        self.sign(SigningAlgorithm::EdDsa, ACCESS_TOKEN_TYPE, claims, now)
    }

    pub(crate) fn sign_id_token<T: Serialize>(
        &self,
        algorithm: SigningAlgorithm,
        claims: &T,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        self.sign(algorithm, "JWT", claims, now)
    }

    /// The claims of an id token that one of our keys signed, however long ago. Times and
    /// audience are the caller's to judge.
    pub(crate) fn read_id_token<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        #[derive(serde::Deserialize)]
        struct Header {
            alg: String,
            kid: String,
            typ: Option<String>,
        }
        if token.len() > MAX_TOKEN {
            return None;
        }
        let (text, signature) = token.rsplit_once('.')?;
        let (header, claims) = text.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let ring = self.ring.read().clone();
        let held = ring.find(&header.kid)?;
        let good = held.algorithm.name() == header.alg
            && header.typ.as_deref() != Some(ACCESS_TOKEN_TYPE)
            && held.key.verifies(text.as_bytes(), &signature);
        let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
        if good { serde_json::from_slice(&claims).ok() } else { None }
    }

    /// Makes the keys that are missing or due, and takes in what other processes made.
    pub(crate) async fn keep_current(
        &self,
        database: &Database,
        now: OffsetDateTime,
    ) -> Result<(), SigningKeysError> {
        let stored = signing_keys::all(database).await?;
        let due = ALGORITHMS.iter().any(|algorithm| self.is_due(&stored, *algorithm, now));
        let stored = if due { self.make_due(database, now).await? } else { stored };
        self.install(&stored, now)
    }

    /// Replaces the keys of every kind.
    pub(crate) async fn rotate(
        &self,
        database: &Database,
        rotation: Rotation,
        now: OffsetDateTime,
    ) -> Result<Vec<String>, SigningKeysError> {
        let mut transaction = database.begin().await?;
        signing_keys::lock(&mut transaction).await?;
        let mut made = Vec::new();
        for algorithm in ALGORITHMS {
            let (kid, stored) = self.make(algorithm, rotation, now)?;
            let ends = rotation.predecessor_ends(now, stored.schedule.activates_at);
            signing_keys::retire(&mut transaction, algorithm, ends, now).await?;
            signing_keys::insert(&mut transaction, &stored, now).await?;
            made.push(kid);
        }
        transaction.commit().await?;
        self.install(&signing_keys::all(database).await?, now)?;
        Ok(made)
    }

    fn sign<T: Serialize>(
        &self,
        algorithm: SigningAlgorithm,
        token_type: &str,
        claims: &T,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        let ring = self.ring.read().clone();
        let key = ring.active(algorithm, now).ok_or(SigningError::NoKey(algorithm.name()))?;
        key.sign(token_type, claims)
    }

    fn is_due(
        &self,
        stored: &[StoredKey],
        algorithm: SigningAlgorithm,
        now: OffsetDateTime,
    ) -> bool {
        let keys = stored.iter().filter(|key| key.algorithm == algorithm);
        let newest = keys.map(|key| key.schedule).max_by_key(|schedule| schedule.activates_at);
        newest.is_none_or(|newest| newest.wants_successor(now, self.lifetime))
    }

    /// Of several processes that find a key due at once, one makes it and the others read it.
    async fn make_due(
        &self,
        database: &Database,
        now: OffsetDateTime,
    ) -> Result<Vec<StoredKey>, SigningKeysError> {
        let mut transaction = database.begin().await?;
        signing_keys::lock(&mut transaction).await?;
        let stored = signing_keys::all(&mut *transaction).await?;
        for algorithm in ALGORITHMS {
            if !self.is_due(&stored, algorithm, now) {
                continue;
            }
            let keys = stored.iter().filter(|key| key.algorithm == algorithm);
            let any_active = keys.clone().any(|key| key.schedule.state(now) == KeyState::Active);
            let rotation = if any_active { Rotation::Announced } else { Rotation::AtOnce };
            let (kid, new) = self.make(algorithm, rotation, now)?;
            let ends = rotation.predecessor_ends(now, new.schedule.activates_at);
            signing_keys::retire(&mut transaction, algorithm, ends, now).await?;
            signing_keys::insert(&mut transaction, &new, now).await?;
            tracing::info!(kid, alg = algorithm.name(), "made a signing key");
        }
        signing_keys::remove_old(&mut transaction, now).await?;
        let stored = signing_keys::all(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(stored)
    }

    fn make(
        &self,
        algorithm: SigningAlgorithm,
        rotation: Rotation,
        now: OffsetDateTime,
    ) -> Result<(String, StoredKey), SigningKeysError> {
        let (key, pkcs8) = SigningKey::generate(algorithm)?;
        let kid = key.jwk().kid.clone();
        let stored = StoredKey {
            public_jwk: key.jwk().clone(),
            private_key: self.sealer.seal(&context(&kid), &pkcs8)?,
            algorithm,
            schedule: Schedule { activates_at: rotation.activates_at(now), retires_at: None },
        };
        Ok((kid, stored))
    }

    /// Opens the keys that are new to this process and keeps the others.
    fn install(&self, stored: &[StoredKey], now: OffsetDateTime) -> Result<(), SigningKeysError> {
        let known = self.ring.read().clone();
        let unchanged = known.0.len() == stored.len()
            && stored.iter().all(|stored| {
                known
                    .find(&stored.public_jwk.kid)
                    .is_some_and(|held| held.schedule == stored.schedule)
            });
        if !unchanged {
            let held = stored.iter().map(|stored| self.open(stored)).collect::<Result<_, _>>()?;
            *self.ring.write() = Arc::new(KeyRing(held));
        }
        self.local.set(&self.published(now));
        Ok(())
    }

    fn open(&self, stored: &StoredKey) -> Result<Held, SigningKeysError> {
        let kid = &stored.public_jwk.kid;
        let pkcs8 = self
            .sealer
            .open(&context(kid), &stored.private_key)
            .map_err(|source| SigningKeysError::Sealed { kid: kid.clone(), source })?;
        Ok(Held {
            algorithm: stored.algorithm,
            schedule: stored.schedule,
            key: SigningKey::from_pkcs8(stored.algorithm, &pkcs8)?,
        })
    }
}

fn context(kid: &str) -> String {
    format!("signing_keys:{kid}")
}
