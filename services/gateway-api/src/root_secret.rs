//! The one secret that a host keeps in a file. Every other key of this service is derived from it
//! or stored sealed under it.
//!
//! The file is an Ed25519 key in PKCS #8 PEM: that is what older versions signed tokens with, and
//! its bytes still are what keys are derived from.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::domain::checkpoint::CheckpointKey;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// Salt of every derivation: sets this program's keys apart from any other use of the file.
const SALT: &[u8] = b"nexus-cos gateway-api";

/// See the [module](self).
pub(crate) struct RootSecret {
    /// HKDF's pseudorandom key (RFC 5869, 2.2).
    derived: hmac::Key,
    refresh: hmac::Key,
}

/// Why the secret cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootSecretError {
    /// The file or its folder cannot be used.
    #[error("the secret file {path} cannot be {verb}; check the folder's owner and permissions")]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried.
        verb: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// Others can read the file.
    #[error("the secret file {path} can be read by others; run `chmod 600` on it")]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The file holds something else.
    #[error(
        "{path} does not hold an Ed25519 key in PKCS #8 PEM; restore it from a backup: without it the signing keys in the database cannot be read"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
    },
    /// No secret could be made.
    #[error("no secret could be made")]
    Generate,
}

impl RootSecret {
    /// Reads the secret, after making one if there is no file.
    pub(crate) fn load_or_create(path: &Path) -> Result<Self, RootSecretError> {
        let failed =
            |verb| move |source| RootSecretError::File { path: path.to_owned(), verb, source };
        if !path.try_exists().map_err(failed("looked at"))? {
            let pem = generate()?;
            create(path, &pem).map_err(failed("created"))?;
        }
        let mode = fs::metadata(path).map_err(failed("looked at"))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(RootSecretError::Exposed { path: path.to_owned() });
        }
        let pem = Zeroizing::new(fs::read_to_string(path).map_err(failed("read"))?);
        decode(&pem)
            .and_then(|der| Self::from_pkcs8(&der))
            .ok_or_else(|| RootSecretError::Unreadable { path: path.to_owned() })
    }

    /// A key for MACs of one purpose, which the label names.
    pub(crate) fn mac_key(&self, label: &'static str) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.expand(label).as_ref())
    }

    /// An AES-256-GCM key for one purpose, which the label names.
    pub(crate) fn sealing_key(
        &self,
        label: &'static str,
    ) -> Result<aead::LessSafeKey, RootSecretError> {
        aead::UnboundKey::new(&aead::AES_256_GCM, self.expand(label).as_ref())
            .map(aead::LessSafeKey::new)
            .map_err(|_| RootSecretError::Generate)
    }

    /// The key of the MAC of sessions' refresh tokens. It is derived as it always was, so that
    /// tokens stay good when the program is updated.
    pub(crate) fn refresh_key(&self) -> &hmac::Key {
        &self.refresh
    }

    /// The key that signs checkpoints of the audit log.
    pub(crate) fn checkpoint_key(&self) -> Result<CheckpointKey, RootSecretError> {
        CheckpointKey::from_seed(self.expand("audit checkpoints, version 1").as_ref())
            .ok_or(RootSecretError::Generate)
    }

    fn from_pkcs8(der: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok()?;
        let salt = hmac::Key::new(hmac::HMAC_SHA256, SALT);
        let extracted = hmac::sign(&salt, der);
        let root = hmac::Key::new(hmac::HMAC_SHA256, der);
        let refresh = hmac::sign(&root, b"nexus-cos refresh tokens, version 1");
        Some(Self {
            derived: hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref()),
            refresh: hmac::Key::new(hmac::HMAC_SHA256, refresh.as_ref()),
        })
    }

    /// HKDF-Expand (RFC 5869, 2.3) to one block of SHA-256.
    fn expand(&self, label: &str) -> hmac::Tag {
        hmac::sign(&self.derived, &[label.as_bytes(), &[1]].concat())
    }
}

impl std::fmt::Debug for RootSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RootSecret").finish_non_exhaustive()
    }
}

fn generate() -> Result<Zeroizing<String>, RootSecretError> {
    let pair = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
        .map_err(|_| RootSecretError::Generate)?;
    let body = Zeroizing::new(STANDARD.encode(pair.as_ref()));
    Ok(Zeroizing::new(format!("{BEGIN}\n{}\n{END}\n", body.as_str())))
}

fn decode(pem: &str) -> Option<Zeroizing<Vec<u8>>> {
    let body = pem.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let body = Zeroizing::new(body.split_whitespace().collect::<String>());
    STANDARD.decode(body.as_bytes()).ok().map(Zeroizing::new)
}

/// Writes the whole file beside its place first: a reader sees all of it or nothing, and of two
/// processes that start at once one wins.
fn create(path: &Path, pem: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension(Uuid::now_v7().simple().to_string());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(pem.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use aws_lc_rs::hmac;

    use super::{RootSecret, RootSecretError};

    #[test]
    fn the_secret_is_made_once_and_stays_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets/key.pem");
        let first = RootSecret::load_or_create(&path).unwrap();
        let again = RootSecret::load_or_create(&path).unwrap();
        let tag = hmac::sign(&first.mac_key("a test"), b"text");
        assert!(hmac::verify(&again.mac_key("a test"), b"text", tag.as_ref()).is_ok());
        assert!(hmac::verify(&again.mac_key("another"), b"text", tag.as_ref()).is_err());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_others_can_read_or_that_holds_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        RootSecret::load_or_create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(RootSecret::load_or_create(&path), Err(RootSecretError::Exposed { .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "nonsense").unwrap();
        assert!(matches!(
            RootSecret::load_or_create(&path),
            Err(RootSecretError::Unreadable { .. })
        ));
    }
}
