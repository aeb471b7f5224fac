//! Every key that this process knows of, at one point in time.

use api::gateway::{JwkSet, SigningAlgorithm};
use time::OffsetDateTime;

use super::key::SigningKey;
use crate::domain::signing_schedule::{KeyState, Schedule};

/// A key with its place in time.
pub(super) struct Held {
    pub(super) algorithm: SigningAlgorithm,
    pub(super) schedule: Schedule,
    pub(super) key: SigningKey,
}

/// See the [module](self).
#[derive(Default)]
pub(super) struct KeyRing(pub(super) Vec<Held>);

impl KeyRing {
    /// The key that signs now.
    pub(super) fn active(
        &self,
        algorithm: SigningAlgorithm,
        now: OffsetDateTime,
    ) -> Option<&SigningKey> {
        self.0
            .iter()
            .filter(|held| held.algorithm == algorithm)
            .filter(|held| held.schedule.state(now) == KeyState::Active)
            .max_by_key(|held| held.schedule.activates_at)
            .map(|held| &held.key)
    }

    /// The key of this id, even a withdrawn one.
    pub(super) fn find(&self, kid: &str) -> Option<&Held> {
        self.0.iter().find(|held| held.key.jwk().kid == kid)
    }

    /// What is published: keys that will sign, sign, or signed tokens that may still be good.
    pub(super) fn published(&self, now: OffsetDateTime) -> JwkSet {
        let published =
            self.0.iter().filter(|held| held.schedule.state(now) != KeyState::Withdrawn);
        JwkSet { keys: published.map(|held| held.key.jwk().clone()).collect() }
    }
}
