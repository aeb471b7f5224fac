use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use spec::validate::{CertificateFacts, HttpAnswer, Observed};
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::{VerifierBuilderError, WebPkiServerVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, ProtocolVersion, RootCertStore, SignatureScheme,
};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use super::Subject;
use crate::home::Home;
use crate::http_probe::{Request, connect};
use crate::local_authority::LocalAuthority;

const DEADLINE: Duration = Duration::from_secs(3);

/// Opens TLS connections to nginx, trusting the local authority and nobody else.
#[derive(Debug, Clone)]
pub(super) struct TlsProbe {
    port: u16,
    roots: Result<Arc<RootCertStore>, String>,
}

impl TlsProbe {
    pub(super) fn new(home: &Home, port: u16) -> Self {
        let roots = load_roots(&LocalAuthority::paths(home).root).map(Arc::new);
        Self { port, roots }
    }

    /// `GET` over HTTPS, the certificate verified.
    pub(super) async fn get(&self, host: &str, path: &str) -> Observed<HttpAnswer> {
        self.send(&Request::get(host, path)).await
    }

    pub(super) async fn send(&self, request: &Request<'_>) -> Observed<HttpAnswer> {
        let answer = async {
            let stream = self.handshake(request.host, &[]).await?;
            request.send(stream).await
        };
        answer.await.into()
    }

    /// A handshake that offers `protocols` by ALPN; fails when the certificate is not trusted.
    pub(super) async fn handshake(
        &self,
        host: &str,
        protocols: &[&str],
    ) -> io::Result<TlsStream<TcpStream>> {
        let verifier = self.verifier().map_err(io::Error::other)?;
        self.open(host, protocols, verifier).await
    }

    /// The certificate that is served for `host`, whether it is trusted or not.
    async fn inspect(&self, host: &str) -> io::Result<Inspection> {
        let verifier = self.verifier().map_err(io::Error::other)?;
        let inspector = Arc::new(Inspector { verifier, seen: Mutex::default() });
        let verifier: Arc<dyn ServerCertVerifier> = Arc::<Inspector>::clone(&inspector);
        let stream = self.open(host, &[], verifier).await?;
        let protocol = match stream.get_ref().1.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => "TLSv1.3",
            Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
            _ => "older",
        };
        let seen = inspector.seen.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (leaf, trusted) = seen.ok_or_else(|| io::Error::other("no certificate was sent"))?;
        Ok(Inspection { leaf, trusted, protocol })
    }

    async fn open(
        &self,
        host: &str,
        protocols: &[&str],
        verifier: Arc<dyn ServerCertVerifier>,
    ) -> io::Result<TlsStream<TcpStream>> {
        let mut config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let stream = connect(self.port).await?;
        let handshake = TlsConnector::from(Arc::new(config)).connect(name, stream);
        timeout(DEADLINE, handshake)
            .await
            .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "the handshake takes too long"))?
    }

    fn verifier(&self) -> Result<Arc<WebPkiServerVerifier>, String> {
        let roots = self.roots.clone()?;
        WebPkiServerVerifier::builder_with_provider(roots, provider())
            .build()
            .map_err(|error: VerifierBuilderError| error.to_string())
    }
}

impl Subject {
    pub(super) async fn certificate_facts(
        &self,
        tls: &TlsProbe,
    ) -> BTreeMap<String, Observed<CertificateFacts>> {
        let files = LocalAuthority::paths(&self.home);
        let mut facts = BTreeMap::new();
        for domain in self.spec.active_domains() {
            let host = Self::local_name(domain);
            let look = async {
                let inspection = tls.inspect(&host).await?;
                let old_protocol_refused =
                    refuses_tls_1_1(self.settings.up.https_port, &host).await;
                inspection.facts(&files, old_protocol_refused)
            };
            facts.insert(domain.to_owned(), look.await.into());
        }
        facts
    }
}

struct Inspection {
    leaf: CertificateDer<'static>,
    trusted: bool,
    protocol: &'static str,
}

impl Inspection {
    fn facts(
        &self,
        files: &LocalAuthority,
        old_protocol_refused: Option<bool>,
    ) -> io::Result<CertificateFacts> {
        let (_, leaf) = X509Certificate::from_der(&self.leaf).map_err(io::Error::other)?;
        let names = leaf.subject_alternative_name().ok().flatten();
        let names = names.map(|names| &names.value.general_names[..]).unwrap_or_default();
        let organisation = leaf.issuer().iter_organization().next();
        let issuer = organisation.or_else(|| leaf.issuer().iter_common_name().next());
        let validity = leaf.validity();
        Ok(CertificateFacts {
            not_before: to_utc(validity.not_before.timestamp())?,
            not_after: to_utc(validity.not_after.timestamp())?,
            names: names
                .iter()
                .filter_map(|name| match name {
                    GeneralName::DNSName(name) => Some((*name).to_owned()),
                    _ => None,
                })
                .collect(),
            issuer: issuer.and_then(|name| name.as_str().ok()).unwrap_or_default().to_owned(),
            chain_trusted: self.trusted,
            matches_disk: matches_disk(&self.leaf, &leaf, files),
            protocol: self.protocol.to_owned(),
            old_protocol_refused,
        })
    }
}

/// Verifies like a browser does, remembers the verdict, and lets the handshake go on: what is wrong
/// with a certificate can only be said after seeing it.
#[derive(Debug)]
struct Inspector {
    verifier: Arc<WebPkiServerVerifier>,
    seen: Mutex<Option<(CertificateDer<'static>, bool)>>,
}

impl ServerCertVerifier for Inspector {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.verifier.verify_server_cert(leaf, intermediates, name, ocsp, now);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = Some((leaf.clone().into_owned(), verdict.is_ok()));
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn load_roots(path: &Path) -> Result<RootCertStore, String> {
    let failed = |why: String| format!("cannot use the local authority {}: {why}", path.display());
    let certificate =
        CertificateDer::from_pem_file(path).map_err(|error| failed(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    roots.add(certificate).map_err(|error| failed(error.to_string()))?;
    Ok(roots)
}

/// Whether the leaf on disk is the one served, and the key on disk is its key.
fn matches_disk(served: &[u8], leaf: &X509Certificate<'_>, files: &LocalAuthority) -> bool {
    let on_disk = CertificateDer::from_pem_file(&files.chain);
    let key =
        fs::read_to_string(&files.key).ok().and_then(|pem| rcgen::KeyPair::from_pem(&pem).ok());
    on_disk.is_ok_and(|on_disk| *on_disk == *served)
        && key
            .is_some_and(|key| *key.public_key_raw() == *leaf.public_key().subject_public_key.data)
}

fn to_utc(seconds: i64) -> io::Result<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(seconds).map_err(io::Error::other)
}

/// Offers TLS 1.1 and nothing newer; `None` when the server cannot be asked.
async fn refuses_tls_1_1(port: u16, host: &str) -> Option<bool> {
    const HANDSHAKE: u8 = 22;
    let exchange = async {
        let mut stream = connect(port).await?;
        stream.write_all(&client_hello_1_1(host)).await?;
        let mut kind = [0];
        io::Result::Ok(match stream.read(&mut kind).await? {
            0 => true,
            _ => kind[0] != HANDSHAKE,
        })
    };
    timeout(DEADLINE, exchange).await.ok()?.ok()
}

/// A `ClientHello` of TLS 1.1 (RFC 4346 §7.4.1.2) with the name of the server (RFC 6066 §3), the
/// curves P-256 and X25519 and cipher suites that every server of that time took.
fn client_hello_1_1(host: &str) -> Vec<u8> {
    let sized = |bytes: &[u8]| {
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        [&length.to_be_bytes()[..], bytes].concat()
    };
    let name = [&[0][..], &sized(host.as_bytes())].concat();
    let server_name = [&[0, 0][..], &sized(&sized(&name))].concat();
    let curves = [0, 10, 0, 6, 0, 4, 0, 23, 0, 29];
    let formats = [0, 11, 0, 2, 1, 0];
    let extensions = sized(&[&server_name[..], &curves, &formats].concat());
    let suites = sized(&[0xC0, 0x09, 0xC0, 0x0A, 0xC0, 0x13, 0xC0, 0x14, 0x00, 0x2F, 0x00, 0x35]);
    let random = [0x4E; 32];
    let body = [&[3, 2][..], &random, &[0], &suites, &[1, 0], &extensions].concat();
    let message = [&[1, 0][..], &sized(&body)].concat();
    [&[22, 3, 1][..], &sized(&message)].concat()
}
