//! One viewer's connection: HTTP/2 over TLS, as browsers speak it.

use std::{
    io::Read as _,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Context as _;
use bytes::Bytes;
use flate2::read::GzDecoder;
use h2::client::SendRequest;
use http::Request;
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore, pki_types::CertificateDer, pki_types::pem::PemObject as _,
    },
};

/// Receive windows as large as browsers open them, so that flow control does not pace the server.
const STREAM_WINDOW: u32 = 6 << 20;
const CONNECTION_WINDOW: u32 = 15 << 20;

/// Where to connect to, whom to trust, and what went over all connections so far.
#[derive(Debug, Clone)]
pub struct Target {
    address: SocketAddr,
    /// Host name with port where it is not 443, for `:authority`.
    authority: String,
    host: String,
    tls: Arc<ClientConfig>,
    traffic: Arc<Traffic>,
}

/// Sums over all connections to a target.
#[derive(Debug, Default)]
pub struct Traffic {
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Traffic {
    /// Answers that were received whole.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Bytes of their bodies.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

impl Target {
    /// A server named `host` at `address`, with certificates of the authority in `authority_pem`.
    pub fn new(host: &str, address: SocketAddr, authority_pem: &[u8]) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(authority_pem) {
            roots.add(certificate.context("the authority's certificate is broken")?)?;
        }
        let mut tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self {
            address,
            authority: format!("{host}:{}", address.port()),
            host: host.to_owned(),
            tls: Arc::new(tls),
            traffic: Arc::default(),
        })
    }

    /// What went over all connections so far.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body as it came over the wire.
    pub body: Vec<Bytes>,
    gzip: bool,
}

impl Answer {
    /// The body as text, unpacked if it is gzip.
    pub fn text(&self) -> anyhow::Result<String> {
        let body = self.body.concat();
        if !self.gzip {
            return String::from_utf8(body).context("the playlist is not text");
        }
        let mut text = String::new();
        GzDecoder::new(&body[..]).read_to_string(&mut text).context("the playlist is broken")?;
        Ok(text)
    }
}

/// An open connection; requests may run side by side.
#[derive(Debug, Clone)]
pub struct Connection {
    requests: SendRequest<Bytes>,
    target: Target,
}

impl Connection {
    /// Connects, and drives the connection in a task of its own until it is dropped.
    pub async fn open(target: &Target) -> anyhow::Result<Self> {
        let tcp = TcpStream::connect(target.address)
            .await
            .with_context(|| format!("cannot connect to {}", target.address))?;
        tcp.set_nodelay(true)?;
        let name = target.host.clone().try_into().context("the host has no valid name")?;
        let tls = TlsConnector::from(target.tls.clone()).connect(name, tcp).await?;
        let (requests, connection) = h2::client::Builder::new()
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .handshake(tls)
            .await?;
        // It ends with an error when the last request handle is dropped in mid-stream; every
        // request that mattered has reported its own by then.
        tokio::spawn(async { drop(connection.await) });
        Ok(Self { requests, target: target.clone() })
    }

    /// Asks and waits for the whole answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        let request = Request::get(format!("https://{}{path}", self.target.authority))
            .header("accept-encoding", "gzip")
            .header("user-agent", "ll-hls-load")
            .body(())?;
        let mut requests = self.requests.clone().ready().await?;
        let (response, _) = requests.send_request(request, true)?;
        let (head, mut stream) = response.await?.into_parts();
        let mut body = Vec::new();
        while let Some(data) = stream.data().await {
            let data = data?;
            stream.flow_control().release_capacity(data.len())?;
            self.target.traffic.bytes.fetch_add(data.len() as u64, Ordering::Relaxed);
            body.push(data);
        }
        self.target.traffic.requests.fetch_add(1, Ordering::Relaxed);
        let gzip = head.headers.get("content-encoding").is_some_and(|value| value == "gzip");
        Ok(Answer { status: head.status.as_u16(), body, gzip })
    }
}
