//! RTMP: accepts encoders, checks their keys, and puts their frames on the bus.

mod connection;

use std::{net::IpAddr, sync::Arc, time::Duration};

use chassis::problem::chain;
use media::{
    hls,
    rtmp::{Rejection, ServerSession},
};
use parking_lot::Mutex;
use sqlx::PgPool;
use time::OffsetDateTime;
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{error, info, warn};

use self::connection::Connection;
use crate::{
    audit::{Audit, By},
    db,
    domain::{attempts::Attempts, stream_key},
    live::{Candidate, Lease, LiveStreams},
    metrics::StreamMetrics,
    packaging::{self, Patience},
    wall_clock::WallClock,
};

/// How long a peer may take to ask to publish, and to take in what it is sent.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pause after `accept` failed, for want of file descriptors as a rule.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The application that encoders are told to use: `rtmp://HOST/live`.
const APPLICATION: &str = "live";
/// Characters that are kept of what an encoder calls itself.
const LONGEST_NAME: usize = 120;
/// What is audited.
const PUBLISH: &str = "stream.publish";

/// What the ingest works with.
#[derive(Debug)]
pub(crate) struct Dependencies {
    /// Registered streams.
    pub(crate) pool: PgPool,
    /// Streams on air.
    pub(crate) live: Arc<LiveStreams>,
    /// Who published and who was refused.
    pub(crate) audit: Audit,
    /// Figures.
    pub(crate) metrics: StreamMetrics,
}

/// What the ingest goes by.
#[derive(Debug)]
pub(crate) struct Limits {
    /// How streams are packaged.
    pub(crate) packaging: hls::Settings,
    /// How long they wait for their encoder.
    pub(crate) patience: Patience,
    /// How long an encoder may send nothing.
    pub(crate) idle: Duration,
    /// Connections at once.
    pub(crate) connections: u32,
}

/// Who is at the other end of a connection.
#[derive(Debug)]
struct Sender {
    address: IpAddr,
    encoder: Option<String>,
}

impl Sender {
    fn new(address: IpAddr, encoder: Option<&str>) -> Self {
        let encoder = encoder.map(|name| name.chars().take(LONGEST_NAME).collect());
        Self { address, encoder }
    }
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct RtmpIngest {
    dependencies: Dependencies,
    limits: Limits,
    connections: Arc<Semaphore>,
    attempts: Mutex<Attempts>,
    clock: WallClock,
    tasks: TaskTracker,
}

impl RtmpIngest {
    pub(crate) fn new(dependencies: Dependencies, limits: Limits) -> Self {
        Self {
            connections: Arc::new(Semaphore::new(limits.connections as usize)),
            dependencies,
            limits,
            attempts: Mutex::default(),
            clock: WallClock::start(),
            tasks: TaskTracker::new(),
        }
    }

    /// Accepts encoders until `stop`, then waits for their connections and streams to end.
    pub(crate) async fn serve(self, listener: TcpListener, stop: CancellationToken) {
        let ingest = Arc::new(self);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = stop.cancelled() => break,
            };
            let (socket, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    error!(%error, "an RTMP connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let Ok(permit) = ingest.connections.clone().try_acquire_owned() else {
                warn!(client = %peer.ip(), "RTMP connection closed: too many are open");
                continue;
            };
            let (ingest, stop) = (ingest.clone(), stop.clone());
            ingest.tasks.clone().spawn(async move {
                let _permit = permit;
                let client = peer.ip();
                match Connection::new(ingest, socket, client, stop).run().await {
                    Ok(()) => {}
                    Err(error) => info!(%client, error = chain(&error), "RTMP connection closed"),
                }
            });
        }
        drop(listener);
        ingest.tasks.close();
        ingest.tasks.wait().await;
    }

    /// Checks what a publisher presented; gives it the stream or the reason why not.
    async fn authorise(
        self: &Arc<Self>,
        application: &str,
        presented: &str,
        from: Sender,
        stop: &CancellationToken,
    ) -> Result<Lease, Rejection> {
        let client = from.address;
        if let Some(seconds) = self.attempts.lock().blocked_for(client, self.clock.now()) {
            let text = format!("too many wrong stream keys; try again in {seconds} s");
            return Err(self.refused(client, Rejection::Denied(text)));
        }
        if application != APPLICATION {
            let text = format!("the server address must end in /{APPLICATION}");
            return Err(self.refused(client, Rejection::Denied(text)));
        }
        let key = stream_key::hash_presented(presented);
        let stream = match &key {
            Some(key) => {
                db::streams::by_key(&self.dependencies.pool, key).await.map_err(|error| {
                    error!(error = chain(&error), "a stream key could not be checked");
                    Rejection::Failed("the stream key cannot be checked now; try again".to_owned())
                })?
            }
            None => None,
        };
        let Some((stream, key)) = stream.zip(key) else {
            self.attempts.lock().refuse(client, self.clock.now());
            let text = "the stream key is wrong or was revoked; copy it anew".to_owned();
            return Err(self.refused(client, Rejection::Denied(text)));
        };
        let slug = stream.slug.clone();
        let streams = &self.dependencies.live;
        let candidate = Candidate { key, address: client, encoder: from.encoder };
        match streams.publish(stream, candidate, OffsetDateTime::now_utc(), stop) {
            Ok((lease, fresh)) => {
                if let Some(live) = fresh {
                    let task = packaging::Task {
                        streams: streams.clone(),
                        live,
                        settings: self.limits.packaging,
                        patience: self.limits.patience,
                        metrics: self.dependencies.metrics.clone(),
                        clock: self.clock,
                    };
                    self.tasks.spawn(task.run(stop.clone()));
                }
                info!(stream.slug = %slug, %client, "publisher connected");
                self.dependencies.audit.done(PUBLISH, By::Encoder(client), slug.as_str());
                Ok(lease)
            }
            Err(error) => Err(self.refused(client, Rejection::BadName(error.to_string()))),
        }
    }

    fn refused(&self, client: IpAddr, rejection: Rejection) -> Rejection {
        let reason = rejection.description();
        warn!(%client, code = rejection.code(), reason, "publish refused");
        self.dependencies.audit.refused(PUBLISH, By::Encoder(client), reason);
        self.dependencies.metrics.refused.inc();
        rejection
    }

    fn session() -> ServerSession {
        ServerSession::new(media::rtmp::ServerConfig::default())
    }
}
