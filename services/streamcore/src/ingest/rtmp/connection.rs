//! One encoder's connection.

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use media::rtmp::{Event, Rejection, RtmpError, ServerSession};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{PATIENCE, RtmpIngest, Sender};
use crate::{
    bus::Entry,
    domain::track_reader::{Coded, TrackReader, UnreadableMedia},
    live::{Dismissal, Lease},
};

/// Bytes read at once: a few hundred milliseconds of a usual stream.
const READ: usize = 64 << 10;
/// How long a refused peer may take to read why.
const FAREWELL: Duration = Duration::from_secs(1);

/// See the [module](self).
pub(super) struct Connection {
    ingest: Arc<RtmpIngest>,
    socket: TcpStream,
    client: IpAddr,
    stop: CancellationToken,
    session: ServerSession,
    tracks: TrackReader,
    lease: Option<Lease>,
    /// When an encoder must have asked to publish.
    setup_deadline: Instant,
}

/// Why a connection ended without having been asked to.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectionError {
    /// What it sent is not RTMP.
    #[error("the peer broke the protocol")]
    Protocol(#[from] RtmpError),
    /// The network failed.
    #[error("the connection failed")]
    Io(#[from] io::Error),
    /// It was silent for too long.
    #[error("the peer sent nothing for {0} s")]
    Idle(u64),
    /// It never asked to publish.
    #[error("the peer did not ask to publish within {} s", PATIENCE.as_secs())]
    SetupTooSlow,
    /// It does not read what it is sent.
    #[error("the peer does not read")]
    DoesNotRead,
}

/// Whether a connection goes on.
enum Next {
    Read,
    Close,
}

impl Connection {
    pub(super) fn new(
        ingest: Arc<RtmpIngest>,
        socket: TcpStream,
        client: IpAddr,
        stop: CancellationToken,
    ) -> Self {
        Self {
            ingest,
            socket,
            client,
            stop,
            session: RtmpIngest::session(),
            tracks: TrackReader::default(),
            lease: None,
            setup_deadline: Instant::now() + PATIENCE,
        }
    }

    pub(super) async fn run(mut self) -> Result<(), ConnectionError> {
        let ended = self.exchange().await;
        self.leave();
        ended
    }

    async fn exchange(&mut self) -> Result<(), ConnectionError> {
        // Answers are small and the encoder waits for each.
        self.socket.set_nodelay(true)?;
        let mut buffer = vec![0; READ];
        loop {
            let next = self.handle_events().await;
            self.send().await?;
            if matches!(next, Next::Close) {
                self.farewell(&mut buffer).await;
                return Ok(());
            }
            let stop = self.lease.as_ref().map_or(&self.stop, |lease| &lease.stop).clone();
            let read = tokio::select! {
                read = self.read(&mut buffer) => read?,
                () = stop.cancelled() => {
                    self.send_away();
                    continue;
                }
            };
            if read == 0 {
                return Ok(());
            }
            self.session.receive(buffer.get(..read).unwrap_or_default())?;
        }
    }

    async fn handle_events(&mut self) -> Next {
        while let Some(event) = self.session.poll_event() {
            match event {
                Event::PublishRequested { app, stream_key, encoder, .. } => {
                    let from = Sender::new(self.client, encoder.as_deref());
                    let answer = self.ingest.authorise(&app, &stream_key, from, &self.stop).await;
                    match answer {
                        Ok(lease) => {
                            self.ingest.dependencies.metrics.publishers.inc();
                            info!(encoder, session = lease.session(), "publishing");
                            self.lease = Some(lease);
                            self.session.accept_publish();
                        }
                        Err(rejection) => self.session.reject_publish(&rejection),
                    }
                }
                Event::PlayRequested { .. } => self
                    .session
                    .reject_play("this server takes streams in by RTMP; watch them in a browser"),
                Event::Metadata(_) => {}
                Event::Video { timestamp_ms, body } => {
                    let coded = self.tracks.video(timestamp_ms, body);
                    self.take(coded);
                }
                Event::Audio { timestamp_ms, body } => {
                    let coded = self.tracks.audio(timestamp_ms, body);
                    self.take(coded);
                }
                Event::PublishEnded => self.finish(),
                Event::Closed => return Next::Close,
            }
        }
        Next::Read
    }

    /// Puts a frame on the bus, or ends the publishing when its media cannot be read or is more than
    /// the plan allows.
    fn take(&mut self, coded: Result<Option<Coded>, UnreadableMedia>) {
        let Some(lease) = &self.lease else { return };
        match coded {
            Ok(Some((frame, config))) => {
                if frame.keyframe
                    && let Err(problem) = lease.live().admit(&config)
                {
                    return self.refuse(problem.detail().to_owned());
                }
                let metrics = &self.ingest.dependencies.metrics;
                metrics.frames.inc();
                metrics.bytes.inc_by(frame.data.len() as u64);
                let (session, arrived) = (lease.session(), self.ingest.clock.now());
                let entry = Entry::new(frame, config, session, arrived);
                lease.live().statistics.frame(&entry);
                lease.live().bus.write(entry);
            }
            Ok(None) => {
                if let Some(notice) = self.tracks.take_notice() {
                    warn!(stream.slug = %lease.live().slug, notice);
                }
            }
            Err(error) => self.refuse(error.to_string()),
        }
    }

    /// Ends the publishing for what the publisher sends.
    fn refuse(&mut self, reason: String) {
        let rejection = self.ingest.refused(self.client, Rejection::Rejected(reason));
        self.session.reject_publish(&rejection);
        self.leave();
    }

    /// Ends the publishing because the publisher was dismissed or the service stops.
    fn send_away(&mut self) {
        let rejection = match self.lease.as_ref().and_then(Lease::dismissal) {
            None => Rejection::Failed("the server is stopping; reconnect in a moment".to_owned()),
            Some(Dismissal::KeyChanged) => {
                Rejection::Failed("the stream key was changed; copy it anew".to_owned())
            }
            Some(Dismissal::Ended) => Rejection::Rejected("the studio ended the stream".to_owned()),
        };
        self.session.reject_publish(&rejection);
        self.leave();
        // Without a lease, only the service's own stop is listened to; it has been heard.
        self.stop = CancellationToken::new();
    }

    /// The publisher said that it is done.
    fn finish(&mut self) {
        if let Some(lease) = self.give_back() {
            lease.finish();
        }
    }

    /// The publisher is gone; it may come back.
    fn leave(&mut self) {
        drop(self.give_back());
    }

    fn give_back(&mut self) -> Option<Lease> {
        let lease = self.lease.take()?;
        self.ingest.dependencies.metrics.publishers.dec();
        let slug = &lease.live().slug;
        info!(stream.slug = %slug, client = %self.client, "publisher disconnected");
        // Another publish on this connection starts afresh.
        self.tracks = TrackReader::default();
        Some(lease)
    }

    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ConnectionError> {
        if self.lease.is_some() {
            let idle = self.ingest.limits.idle;
            let read = timeout(idle, self.socket.read(buffer)).await;
            Ok(read.map_err(|_| ConnectionError::Idle(idle.as_secs()))??)
        } else {
            let read = timeout_at(self.setup_deadline, self.socket.read(buffer)).await;
            Ok(read.map_err(|_| ConnectionError::SetupTooSlow)??)
        }
    }

    async fn send(&mut self) -> Result<(), ConnectionError> {
        let output = self.session.take_output();
        if output.is_empty() {
            return Ok(());
        }
        let sent = timeout(PATIENCE, self.socket.write_all(&output)).await;
        Ok(sent.map_err(|_| ConnectionError::DoesNotRead)??)
    }

    /// Lets the peer read the last answer: closing at once could reset the connection before.
    async fn farewell(&mut self, buffer: &mut [u8]) {
        let _ = timeout(FAREWELL, async {
            self.socket.shutdown().await?;
            while self.socket.read(buffer).await? > 0 {}
            io::Result::Ok(())
        })
        .await;
    }
}
