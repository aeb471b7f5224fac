//! The Ed25519 key that signs access tokens, kept in a file that only its owner can read.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use api::gateway::{ACCESS_TOKEN_TYPE, AccessTokenClaims, Jwk, JwkSet};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use uuid::Uuid;
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// See the [module](self).
pub(crate) struct SigningKey {
    signing: EncodingKey,
    public: Jwk,
    refresh: hmac::Key,
}

/// Why the key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The file or its folder cannot be used.
    #[error(
        "the signing key file {path} cannot be {verb}; check the folder's owner and permissions"
    )]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried.
        verb: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// Others can read the file.
    #[error("the signing key file {path} can be read by others; run `chmod 600` on it")]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The file holds something else.
    #[error(
        "{path} does not hold an Ed25519 key in PKCS #8 PEM; restore it, or remove it to have a new one made (everybody must then sign in again)"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
    },
    /// No key could be made.
    #[error("no signing key could be made")]
    Generate,
}

impl SigningKey {
    /// Reads the key, after making one if there is no file.
    pub(crate) fn load_or_create(path: &Path) -> Result<Self, SigningKeyError> {
        let failed =
            |verb| move |source| SigningKeyError::File { path: path.to_owned(), verb, source };
        if !path.try_exists().map_err(failed("looked at"))? {
            let pem = generate()?;
            create(path, &pem).map_err(failed("created"))?;
        }
        let mode = fs::metadata(path).map_err(failed("looked at"))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(SigningKeyError::Exposed { path: path.to_owned() });
        }
        let pem = Zeroizing::new(fs::read_to_string(path).map_err(failed("read"))?);
        decode(&pem)
            .and_then(|der| Self::from_pkcs8(&der))
            .ok_or_else(|| SigningKeyError::Unreadable { path: path.to_owned() })
    }

    /// What verifies the tokens.
    pub(crate) fn public_keys(&self) -> JwkSet {
        JwkSet { keys: vec![self.public.clone()] }
    }

    /// Signs an access token.
    pub(crate) fn sign(&self, claims: &AccessTokenClaims) -> jsonwebtoken::errors::Result<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(ACCESS_TOKEN_TYPE.to_owned());
        header.kid = Some(self.public.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.signing)
    }

    /// The key of the refresh tokens' MAC, derived from the signing key.
    pub(crate) fn refresh_key(&self) -> &hmac::Key {
        &self.refresh
    }

    fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok()?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let root = hmac::Key::new(hmac::HMAC_SHA256, der);
        let refresh = hmac::sign(&root, b"nexus-cos refresh tokens, version 1");
        Some(Self {
            signing: EncodingKey::from_ed_der(der),
            public: Jwk {
                kty: "OKP".to_owned(),
                crv: "Ed25519".to_owned(),
                kid: thumbprint(&x),
                x,
                alg: "EdDSA".to_owned(),
                key_use: "sig".to_owned(),
            },
            refresh: hmac::Key::new(hmac::HMAC_SHA256, refresh.as_ref()),
        })
    }
}

/// Key id: the thumbprint of RFC 7638.
fn thumbprint(x: &str) -> String {
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes()))
}

fn generate() -> Result<Zeroizing<String>, SigningKeyError> {
    let pair = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
        .map_err(|_| SigningKeyError::Generate)?;
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

    use super::{SigningKey, SigningKeyError};

    #[test]
    fn the_key_is_made_once_and_stays_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets/key.pem");
        let first = SigningKey::load_or_create(&path).unwrap();
        let again = SigningKey::load_or_create(&path).unwrap();
        assert_eq!(first.public_keys(), again.public_keys());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_can_read_or_that_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        SigningKey::load_or_create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(SigningKey::load_or_create(&path), Err(SigningKeyError::Exposed { .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "nonsense").unwrap();
        assert!(matches!(
            SigningKey::load_or_create(&path),
            Err(SigningKeyError::Unreadable { .. })
        ));
    }
}
