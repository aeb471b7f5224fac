//! Media straight to viewers, over TLS and HTTP/2, without a proxy in between.
//!
//! A proxy takes every byte in and sends it out again, which costs more than sending it at all.
//! Where many watch, players fetch playlists and media from this listener; pages and the API
//! stay behind nginx. It answers `GET /live/…` and nothing else.

mod certificate;
mod request;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use certificate::{Certificate, CertificateError};

use crate::live::LiveStreams;

/// Longest that a viewer may take to agree on TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Pause after a failed accept, which means that file descriptors ran out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long a connection may stay silent before the viewer is asked for a sign of life.
const PING_EVERY: Duration = Duration::from_secs(30);
/// How long that sign may take.
const PING_DEADLINE: Duration = Duration::from_secs(15);
/// How long a stopping service waits for what is being sent.
const DRAIN: Duration = Duration::from_secs(2);
/// Requests that one viewer may have open: two blocking reloads, parts, and a seek.
const STREAMS_PER_CONNECTION: u32 = 64;
/// Bytes of one answer that are handed to TLS before the viewer has taken earlier ones.
const SEND_BUFFER: usize = 256 * 1024;

/// The listener, before it is served.
#[derive(Debug)]
pub struct Delivery {
    streams: Arc<LiveStreams>,
    certificate: Certificate,
    connections: usize,
}

impl Delivery {
    /// Answers from `streams`, to at most `connections` viewers at once.
    pub fn new(streams: Arc<LiveStreams>, certificate: Certificate, connections: u32) -> Self {
        Self { streams, certificate, connections: connections as usize }
    }

    /// Serves until `stop` is cancelled, then lets what is being sent end.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) {
        let permits = Arc::new(Semaphore::new(self.connections));
        let open = TaskTracker::new();
        // Made once: a busy listener comes by here more often than the files are looked at.
        let mut following = std::pin::pin!(self.certificate.follow());
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                never = following.as_mut() => match never {},
                accepted = accept(&listener, &permits) => accepted,
            };
            let Some((stream, peer, permit)) = accepted else {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            let acceptor = self.certificate.acceptor();
            let service = request::Service { streams: self.streams.clone(), viewer: peer.ip() };
            let stop = stop.clone();
            open.spawn(async move {
                if let Err(error) = connection(stream, acceptor, service, stop).await {
                    tracing::debug!(error = chassis::problem::chain(&*error), %peer, "a viewer's connection ended");
                }
                drop(permit);
            });
        }
        open.close();
        if timeout(DRAIN, open.wait()).await.is_err() {
            tracing::info!(connections = open.len(), "viewers still being sent to are cut off");
        }
    }
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let permit = permits.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, permit)),
        Err(error) => {
            tracing::warn!(%error, "a viewer's connection could not be accepted");
            None
        }
    }
}

async fn connection(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    service: request::Service,
    stop: CancellationToken,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    stream.set_nodelay(true)?;
    let tls = timeout(HANDSHAKE, acceptor.accept(stream))
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    if speaks_http2(&tls) {
        let mut http = http2::Builder::new(TokioExecutor::new());
        http.timer(TokioTimer::new())
            .keep_alive_interval(PING_EVERY)
            .keep_alive_timeout(PING_DEADLINE)
            .max_concurrent_streams(STREAMS_PER_CONNECTION)
            .max_send_buf_size(SEND_BUFFER);
        let mut serving = std::pin::pin!(http.serve_connection(TokioIo::new(tls), service));
        tokio::select! {
            ended = serving.as_mut() => ended?,
            () = stop.cancelled() => {
                serving.as_mut().graceful_shutdown();
                serving.await?;
            }
        }
    } else {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(PING_EVERY + PING_DEADLINE);
        let mut serving = std::pin::pin!(http.serve_connection(TokioIo::new(tls), service));
        tokio::select! {
            ended = serving.as_mut() => ended?,
            () = stop.cancelled() => {
                serving.as_mut().graceful_shutdown();
                serving.await?;
            }
        }
    }
    Ok(())
}

fn speaks_http2(tls: &TlsStream<TcpStream>) -> bool {
    tls.get_ref().1.alpn_protocol() == Some(b"h2")
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use chassis::entitlements::Plans;
    use rcgen::{CertificateParams, KeyPair};
    use tempfile::TempDir;
    use tokio_rustls::{
        TlsConnector,
        rustls::{ClientConfig, RootCertStore},
    };

    use super::*;

    /// Writes a new pair, changed `seconds` from now; whoever trusts it and nothing else.
    fn write_pair(folder: &TempDir, seconds: u64) -> ClientConfig {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["tv.test".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        std::fs::write(folder.path().join("chain.pem"), certificate.pem()).unwrap();
        let private = folder.path().join("key.pem");
        std::fs::write(&private, key.serialize_pem()).unwrap();
        let later = SystemTime::now() + Duration::from_secs(seconds);
        std::fs::File::open(&private).unwrap().set_modified(later).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone()).unwrap();
        ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_certificate_is_taken_in_while_viewers_keep_coming() {
        let folder = TempDir::new().unwrap();
        let old = write_pair(&folder, 0);
        let file = |name: &str| folder.path().join(name);
        let certificate = Certificate::read(&file("chain.pem"), &file("key.pem")).unwrap();
        let streams = Arc::new(LiveStreams::new(Plans::default()));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving =
            tokio::spawn(Delivery::new(streams, certificate, 100).serve(listener, stop.clone()));

        let new = write_pair(&folder, 60);
        for _ in 0..8 {
            drop(TcpStream::connect(address).await.unwrap());
            tokio::time::advance(Duration::from_secs(10)).await;
        }
        tokio::time::resume();
        let greet = async |trust: ClientConfig| {
            let socket = TcpStream::connect(address).await.unwrap();
            let name = "tv.test".try_into().unwrap();
            TlsConnector::from(Arc::new(trust)).connect(name, socket).await
        };
        assert!(greet(old).await.is_err(), "the old certificate is still shown");
        greet(new).await.unwrap();
        stop.cancel();
        timeout(Duration::from_secs(5), serving).await.unwrap().unwrap();
    }
}
