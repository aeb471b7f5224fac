use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::Limits;

/// Largest head of a request, in bytes.
const HEAD_BYTES: usize = 64 * 1024;
/// Pause after a failed accept, which means that file descriptors ran out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The open connections of a service.
pub(super) struct Connections {
    router: Router,
    http: http1::Builder,
    open: TaskTracker,
    permits: Arc<Semaphore>,
    abort: CancellationToken,
}

impl Connections {
    pub(super) fn new(router: Router, limits: &Limits) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(limits.head_timeout)
            .max_buf_size(HEAD_BYTES);
        Self {
            router,
            http,
            open: TaskTracker::new(),
            permits: Arc::new(Semaphore::new(limits.connections)),
            abort: CancellationToken::new(),
        }
    }

    /// Takes connections until `draining` is cancelled; the listener is closed on return.
    pub(super) async fn accept(&self, listener: TcpListener, draining: &CancellationToken) {
        loop {
            let accepted = tokio::select! {
                () = draining.cancelled() => return,
                accepted = self.next(&listener) => accepted,
            };
            match accepted {
                Some((stream, peer, permit)) => self.spawn(stream, peer, permit, draining.clone()),
                None => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
        }
    }

    /// Waits until every connection has ended.
    pub(super) async fn drain(&self) {
        self.open.close();
        self.open.wait().await;
    }

    /// Ends every connection now.
    pub(super) fn abort(&self) {
        self.abort.cancel();
    }

    async fn next(
        &self,
        listener: &TcpListener,
    ) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let permit = self.permits.clone().acquire_owned().await.ok()?;
        match listener.accept().await {
            Ok((stream, peer)) => Some((stream, peer, permit)),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                None
            }
        }
    }

    fn spawn(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        permit: OwnedSemaphorePermit,
        draining: CancellationToken,
    ) {
        let router = self.router.clone();
        let http = self.http.clone();
        let abort = self.abort.clone();
        self.open.spawn(async move {
            // Parts of a live stream are small writes that must not wait for one another.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY could not be set");
            }
            let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(ConnectInfo(peer));
                router.clone().oneshot(request.map(axum::body::Body::new))
            });
            let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
            tokio::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = draining.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    tokio::select! {
                        ended = connection => ended,
                        () = abort.cancelled() => Ok(()),
                    }
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, %peer, "a connection ended in an error");
            }
            drop(permit);
        });
    }
}
