//! The certificate that viewers are shown; files that changed are taken in without a restart.

use std::{
    convert::Infallible,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use parking_lot::RwLock;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject as _},
    },
};

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// A certificate chain and its key, as read last.
#[derive(Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    current: RwLock<Current>,
}

#[derive(Clone)]
struct Current {
    changed_at: Option<SystemTime>,
    config: Arc<ServerConfig>,
}

impl std::fmt::Debug for Current {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Current").field("changed_at", &self.changed_at).finish_non_exhaustive()
    }
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file is missing, not readable or not PEM.
    #[error("{path} cannot be read as PEM")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: pem::Error,
    },
    /// The key does not belong to the certificate, or neither is of a kind that can be used.
    #[error("the certificate and its key cannot be used together")]
    Pair(#[from] rustls::Error),
}

impl Certificate {
    /// Reads the chain (leaf first) and the key, both PEM.
    pub fn read(chain: &Path, key: &Path) -> Result<Self, CertificateError> {
        let current =
            Current { changed_at: changed_at(chain, key).ok(), config: read(chain, key)? };
        Ok(Self { chain: chain.to_owned(), key: key.to_owned(), current: RwLock::new(current) })
    }

    /// What agrees on TLS with a viewer who connects now.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.current.read().config.clone())
    }

    /// Reads the files again whenever they changed, for ever. A pair that cannot be used is logged
    /// and the last good one kept.
    pub async fn follow(&self) -> Infallible {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.renew();
        }
    }

    fn renew(&self) {
        let changed_at = changed_at(&self.chain, &self.key).ok();
        if changed_at == self.current.read().changed_at {
            return;
        }
        match read(&self.chain, &self.key) {
            Ok(config) => {
                tracing::info!(chain = %self.chain.display(), "viewers are shown the new certificate");
                *self.current.write() = Current { changed_at, config };
            }
            Err(error) => {
                tracing::error!(
                    error = chassis::problem::chain(&error),
                    "the new certificate for viewers cannot be used; the last one stays"
                );
                self.current.write().changed_at = changed_at;
            }
        }
    }
}

fn read(chain: &Path, key: &Path) -> Result<Arc<ServerConfig>, CertificateError> {
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|source| CertificateError::File { path: chain.to_owned(), source })?;
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|source| CertificateError::File { path: key.to_owned(), source })?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_single_cert(certificates, private)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// When either file changed last.
fn changed_at(chain: &Path, key: &Path) -> io::Result<SystemTime> {
    let modified = |path: &Path| std::fs::metadata(path)?.modified();
    Ok(modified(chain)?.max(modified(key)?))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use tempfile::TempDir;

    use super::*;

    fn write_pair(folder: &TempDir, seconds: u64) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["tv.test".to_owned()]).unwrap();
        let (chain, private) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
        std::fs::write(&chain, certificate.self_signed(&key).unwrap().pem()).unwrap();
        std::fs::write(&private, key.serialize_pem()).unwrap();
        let later = SystemTime::now() + Duration::from_secs(seconds);
        std::fs::File::open(&private).unwrap().set_modified(later).unwrap();
        (chain, private)
    }

    #[test]
    fn a_new_pair_is_taken_in_and_a_broken_one_is_not() {
        let folder = TempDir::new().unwrap();
        let (chain, key) = write_pair(&folder, 0);
        let certificate = Certificate::read(&chain, &key).unwrap();
        let shown = || certificate.current.read().config.clone();
        let first = shown();
        certificate.renew();
        assert!(Arc::ptr_eq(&first, &shown()), "unchanged files are not read again");
        write_pair(&folder, 10);
        certificate.renew();
        let second = shown();
        assert!(!Arc::ptr_eq(&first, &second));
        std::fs::write(&chain, "no certificate").unwrap();
        std::fs::File::open(&chain)
            .unwrap()
            .set_modified(SystemTime::now() + Duration::from_secs(20))
            .unwrap();
        certificate.renew();
        assert!(Arc::ptr_eq(&second, &shown()));
    }
}
