//! Secrets at rest: AES-256-GCM under a key derived from the root secret.
//!
//! What is sealed is bound to its place: the context (such as `signing_keys:<id>`) is
//! authenticated, so a value copied into another row does not open there.

use aws_lc_rs::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};
use zeroize::Zeroizing;

use crate::root_secret::{RootSecret, RootSecretError};

/// Seals and opens the secrets of one purpose.
pub(crate) struct Sealer(LessSafeKey);

/// Why a secret was not sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The cipher refused to work.
    #[error("a secret could not be sealed")]
    Seal,
    /// Another root secret, another place, or changed bytes.
    #[error(
        "a sealed secret does not open; the secret file is not the one it was sealed with, or the row was changed"
    )]
    Open,
}

impl Sealer {
    /// A sealer for one purpose, which the label names.
    pub(crate) fn new(root: &RootSecret, label: &'static str) -> Result<Self, RootSecretError> {
        Ok(Self(root.sealing_key(label)?))
    }

    /// Nonce and ciphertext with its tag.
    pub(crate) fn seal(&self, context: &str, secret: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut bytes = Zeroizing::new(secret.to_vec());
        let sealing = Nonce::assume_unique_for_key(nonce);
        let tag = self.0.seal_in_place_separate_tag(sealing, Aad::from(context), &mut bytes);
        let tag = tag.map_err(|_| SealError::Seal)?;
        Ok([nonce.as_slice(), &bytes, tag.as_ref()].concat())
    }

    /// What was sealed in this context.
    pub(crate) fn open(
        &self,
        context: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN).ok_or(SealError::Open)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Open)?;
        let mut bytes = Zeroizing::new(ciphertext.to_vec());
        let length = self
            .0
            .open_in_place(nonce, Aad::from(context), &mut bytes)
            .map_err(|_| SealError::Open)?
            .len();
        bytes.truncate(length);
        Ok(bytes)
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{SealError, Sealer};
    use crate::root_secret::RootSecret;

    #[test]
    fn a_secret_opens_in_its_place_and_untouched_only() {
        let folder = tempfile::tempdir().unwrap();
        let root = RootSecret::load_or_create(&folder.path().join("key.pem")).unwrap();
        let sealer = Sealer::new(&root, "a test").unwrap();
        let stored = sealer.seal("things:1", b"the secret").unwrap();
        assert_ne!(stored, sealer.seal("things:1", b"the secret").unwrap());
        assert_eq!(**sealer.open("things:1", &stored).unwrap(), *b"the secret");
        assert_eq!(sealer.open("things:2", &stored).unwrap_err(), SealError::Open);
        let other = Sealer::new(&root, "another").unwrap();
        assert_eq!(other.open("things:1", &stored).unwrap_err(), SealError::Open);
        for index in 0..stored.len() {
            let mut changed = stored.clone();
            changed[index] ^= 1;
            assert_eq!(sealer.open("things:1", &changed).unwrap_err(), SealError::Open);
        }
        assert_eq!(sealer.open("things:1", b"short").unwrap_err(), SealError::Open);
    }
}
