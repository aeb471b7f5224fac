//! WebRTC: the least delay to viewers.
//!
//! A session is negotiated over HTTP (WHEP) and then lives in one of a few threads of its own.
//! A thread owns a UDP socket and every session that was given to it; all sockets are bound to the
//! one port. A viewer is a place in a [`Feed`](feed::Feed) and has no queue and no task.

mod addresses;
mod channel;
mod command;
mod feed;
mod offer;
mod outbox;
mod peer;
mod session_id;
mod sockets;
mod timeline;
mod viewer;
mod worker;

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use str0m::{Candidate, config::DtlsCert};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use self::{
    command::{Answer, Command},
    offer::{Carried, Terms},
    session_id::MAX_THREADS,
    viewer::Viewer,
    worker::{Setup, Worker},
};
pub(crate) use self::{offer::OfferError, session_id::SessionId};
use crate::live::LiveStream;

/// Commands that wait for a thread at most.
const COMMANDS: usize = 1_024;
/// How long a thread may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// How WebRTC is done.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Where packets are received.
    pub(crate) address: SocketAddr,
    /// Addresses that peers are told, when they are not that one.
    pub(crate) announced: Vec<IpAddr>,
    /// Threads.
    pub(crate) threads: usize,
    /// Sessions at once.
    pub(crate) sessions: usize,
}

/// Why WebRTC cannot be offered.
#[derive(Debug, thiserror::Error)]
pub enum WebRtcError {
    /// The port cannot be had.
    #[error("cannot receive WebRTC on {address}; stop what holds the port or set webrtc_port")]
    Bind {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// This host has no address that peers could be told.
    #[error("no address that WebRTC peers could be told was found; set webrtc_announced")]
    NoAddress,
    /// Handshakes need a certificate.
    #[error("no certificate for WebRTC could be made")]
    Certificate,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// The offer cannot be met.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// The stream has shown no picture yet.
    #[error("the stream has just begun and has no picture yet; try again shortly")]
    Starting,
    /// The stream cannot be carried.
    #[error("{0}")]
    Unplayable(&'static str),
    /// Nobody else can be taken.
    #[error("all {0} WebRTC sessions are taken; watch by HLS or try again later")]
    Full(usize),
    /// A thread does not keep up.
    #[error("the server is too busy for this just now; try again shortly")]
    Busy,
    /// There is no such session.
    #[error("there is no such session, or no longer")]
    Unknown,
    /// This server does without.
    #[error("this server does not offer WebRTC (webrtc_port is not set); watch by HLS")]
    NotOffered,
}

/// Where sessions are opened and closed. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct WebRtc {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    threads: Vec<mpsc::Sender<Command>>,
    next: AtomicUsize,
    candidates: Vec<SocketAddr>,
    certificate: DtlsCert,
    limit: usize,
    free: Arc<Semaphore>,
}

/// The threads, before they run.
#[derive(Debug)]
pub(crate) struct Threads(Vec<Setup>);

/// A session was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    /// Names it from now on.
    pub(crate) id: SessionId,
    /// The answer to the offer, SDP.
    pub(crate) answer: String,
}

impl WebRtc {
    /// Takes the port.
    pub(crate) fn bind(settings: &Settings) -> Result<(Self, Threads), WebRtcError> {
        let address = settings.address;
        let count = settings.threads.clamp(1, MAX_THREADS);
        let sockets = sockets::open(address, count)
            .map_err(|source| WebRtcError::Bind { address, source })?;
        let bound = sockets.first().and_then(|(socket, _)| socket.local_addr().ok());
        let candidates = addresses::candidates(bound.unwrap_or(address), &settings.announced);
        if candidates.is_empty() {
            return Err(WebRtcError::NoAddress);
        }
        let crypto = str0m_aws_lc_rs::default_provider();
        let certificate =
            crypto.dtls_provider.generate_certificate().ok_or(WebRtcError::Certificate)?;
        let (threads, commands): (Vec<_>, Vec<_>) =
            sockets.iter().map(|_| mpsc::channel(COMMANDS)).unzip();
        let setup = |(index, ((socket, io), commands))| Setup {
            index,
            socket,
            io,
            commands,
            threads: threads.clone(),
            candidates: candidates.clone(),
        };
        let setups = sockets.into_iter().zip(commands).enumerate().map(setup).collect();
        let shared = Shared {
            threads: threads.clone(),
            next: AtomicUsize::new(0),
            candidates: candidates.clone(),
            certificate,
            limit: settings.sessions,
            free: Arc::new(Semaphore::new(settings.sessions)),
        };
        Ok((Self { shared: Arc::new(shared) }, Threads(setups)))
    }

    /// Opens a session for a viewer of `live` who sent this offer.
    pub(crate) fn watch(
        &self,
        live: &Arc<LiveStream>,
        offer: &str,
    ) -> Result<Opened, SessionError> {
        let shared = &self.shared;
        let carried = Carried::of(live)?;
        let full = |_| SessionError::Full(shared.limit);
        let permit = shared.free.clone().try_acquire_owned().map_err(full)?;
        let thread = shared.next.fetch_add(1, Ordering::Relaxed) % shared.threads.len().max(1);
        let credentials = session_id::credentials(thread);
        let ufrag = credentials.ufrag.clone();
        let now = Instant::now();
        let terms =
            Terms { credentials, candidates: &shared.candidates, certificate: &shared.certificate };
        let accepted = offer::accept_viewer(offer, &carried, &terms, now)?;
        let id = SessionId::random(thread);
        let viewer = Viewer::new(accepted.rtc, accepted.tracks, live.clone(), permit, now);
        self.tell(id, Command::Open { id, ufrag, viewer: Box::new(viewer) })?;
        Ok(Opened { id, answer: accepted.answer })
    }

    /// Ends a session.
    pub(crate) async fn close(&self, id: SessionId) -> Result<(), SessionError> {
        self.ask(id, |answer| Command::Close { id, answer }).await
    }

    /// Tells a session of more candidates of its peer.
    pub(crate) async fn trickle(
        &self,
        id: SessionId,
        candidates: Vec<Candidate>,
    ) -> Result<(), SessionError> {
        self.ask(id, |answer| Command::Trickle { id, candidates, answer }).await
    }

    async fn ask(
        &self,
        id: SessionId,
        command: impl FnOnce(Answer) -> Command,
    ) -> Result<(), SessionError> {
        let (sender, answer) = oneshot::channel();
        self.tell(id, command(sender))?;
        match timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Err(SessionError::Busy),
        }
    }

    fn tell(&self, id: SessionId, command: Command) -> Result<(), SessionError> {
        let thread = self.shared.threads.get(id.thread()).ok_or(SessionError::Unknown)?;
        thread.try_send(command).map_err(|_| SessionError::Busy)
    }
}

impl Threads {
    /// Runs them until `stop`, or until this future is dropped.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let stop = stop.child_token();
        let _dropped = stop.clone().drop_guard();
        let mut running = Vec::new();
        for setup in self.0 {
            let (stop, (over, end)) = (stop.clone(), oneshot::channel());
            let name = format!("webrtc-{}", setup.index);
            let thread = thread::Builder::new().name(name).spawn(move || {
                // Nobody listens when the service is dropped instead of stopped.
                let _ = over.send(serve(setup, stop));
            });
            match thread {
                Ok(_) => running.push(end),
                Err(error) => tracing::error!(%error, "a WebRTC thread could not be started"),
            }
        }
        for end in running {
            match end.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "a WebRTC thread could not run"),
                Err(_) => tracing::error!("a WebRTC thread failed; its viewers are cut off"),
            }
        }
    }
}

fn serve(setup: Setup, stop: CancellationToken) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        Worker::new(setup)?.run(stop).await;
        Ok(())
    })
}
