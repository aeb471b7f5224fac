//! StreamCore: takes streams in, packages them once, and serves any number of viewers.
//!
//! An encoder's frames go onto the stream's bus; the packaging task reads them there and
//! publishes playlists and parts; the routes answer viewers from what was published. The TV
//! web app is served from here too.

mod audience;
mod audit;
mod bus;
mod config;
mod db;
mod delivery;
mod domain;
mod error;
mod ingest;
mod live;
mod metrics;
mod packaging;
pub mod registry;
mod routes;
mod state;
mod statistics;
mod tasks;
mod wall_clock;
mod web;
mod webrtc;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use chassis::{
    Service,
    access::Endpoint,
    entitlements::Plans,
    health::Readiness,
    metrics::Metrics,
    principal::TokenVerifier,
    rate::{Decision, Limiter},
    server::Limits,
};
use sqlx::PgPool;
use store::{Migrations, Redis};
use tokio::net::TcpListener;
use utoipa::openapi::OpenApi;

pub use config::Config;
pub use delivery::CertificateError;
pub use domain::{
    stream::{Owner, Stream},
    stream_key::StreamKey,
};
pub use error::{CODES, RegistryError};
pub use webrtc::WebRtcError;

use crate::{
    audit::Audit,
    delivery::{Certificate, Delivery},
    domain::ingest_address::IngestAddress,
    ingest::rtmp::{self, RtmpIngest},
    live::LiveStreams,
    metrics::StreamMetrics,
    packaging::Patience,
    state::AppState,
    webrtc::WebRtc,
};

/// Name of the service.
pub const NAME: &str = "streamcore";

/// The tables of this service.
pub static MIGRATIONS: Migrations =
    Migrations { service: NAME, schema: NAME, migrator: &sqlx::migrate!() };

/// Why the service could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The RTMP port cannot be listened on.
    #[error("cannot listen for RTMP on {address}; stop what holds the port or set rtmp_port")]
    Rtmp {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The port for viewers cannot be listened on.
    #[error("cannot listen for viewers on {address}; stop what holds the port or set viewer_port")]
    Viewers {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// WebRTC cannot be offered.
    #[error("WebRTC cannot be offered")]
    WebRtc(#[from] WebRtcError),
    /// Viewers cannot be shown a certificate.
    #[error("the certificate for viewers (viewer_certificate, viewer_key) is unusable")]
    Certificate(#[from] CertificateError),
}

/// A built service and where its RTMP listener is.
#[derive(Debug)]
pub struct Built {
    /// To be served.
    pub service: Service,
    /// Where encoders connect.
    pub rtmp: SocketAddr,
    /// Where viewers fetch media directly, if they may.
    pub viewers: Option<SocketAddr>,
}

/// Builds the service and opens its RTMP port. `plans` say what each allows.
pub async fn build(
    config: &Config,
    plans: Plans,
    pool: PgPool,
    redis: Redis,
    tokens: TokenVerifier,
) -> Result<Built, BuildError> {
    let address = config.rtmp();
    let listener =
        TcpListener::bind(address).await.map_err(|source| BuildError::Rtmp { address, source })?;
    let rtmp = listener.local_addr().unwrap_or(address);
    let seconds = |value: u32| Duration::from_secs(value.into());
    let live = Arc::new(LiveStreams::new(plans));
    let direct = direct_delivery(config, live.clone()).await?;
    let viewers = direct.as_ref().and_then(|(listener, _)| listener.local_addr().ok());
    let (webrtc, webrtc_threads) = config.webrtc().as_ref().map(WebRtc::bind).transpose()?.unzip();
    let metrics = Metrics::new();
    let (audit, reports) = Audit::new();
    let ingest = RtmpIngest::new(
        rtmp::Dependencies {
            pool: pool.clone(),
            live: live.clone(),
            audit: audit.clone(),
            metrics: StreamMetrics::register(&metrics),
        },
        rtmp::Limits {
            packaging: config.packaging(),
            patience: Patience {
                reconnect: seconds(config.reconnect_seconds),
                linger: seconds(config.linger_seconds),
            },
            idle: seconds(config.rtmp_idle_seconds),
            connections: config.rtmp_connections,
        },
    );
    let ingest_address = IngestAddress::new(rtmp, config.public_rtmp_url.clone());
    let viewer_origin = viewers.and_then(|address| config.viewer_origin(address.port()));
    let web = web::app(viewer_origin.as_deref());
    let state = AppState {
        pool: pool.clone(),
        live: live.clone(),
        webrtc,
        tokens,
        ingest: ingest_address,
        viewer_origin: viewer_origin.map(Arc::from),
        audit,
    };
    let router = routes::api().limited(limiter(redis.clone())).guarded(state).merge(web);
    let (ready, measured) = (pool.clone(), live.clone());
    let mut service = Service::new(NAME, router)
        .metrics(metrics)
        .limits(Limits { held_routes: routes::HELD.to_vec(), ..Limits::default() })
        .readiness(Readiness::default().check("database", move || {
            let pool = ready.clone();
            async move { store::database::ping(&pool).await.map_err(|error| error.to_string()) }
        }))
        .task("audit", {
            let redis = redis.clone();
            move |stop| audit::deliver(redis, reports, stop)
        })
        .task("follow-plans", {
            let (pool, redis) = (pool.clone(), redis.clone());
            move |stop| tasks::follow_plans(pool, redis, stop)
        })
        .task("follow-erasures", {
            let pool = pool.clone();
            move |stop| tasks::follow_erasures(pool, redis, stop)
        })
        .task("rtmp", move |stop| ingest.serve(listener, stop))
        .task("measure", move |stop| tasks::measure(measured, stop))
        .task("follow-registry", move |stop| tasks::follow_registry(pool, live, stop));
    if let Some(threads) = webrtc_threads {
        service = service.task("webrtc", move |stop| threads.run(stop));
    }
    if let Some((listener, delivery)) = direct {
        service = service.task("viewers", move |stop| delivery.serve(listener, stop));
    }
    Ok(Built { service, rtmp, viewers })
}

async fn direct_delivery(
    config: &Config,
    live: Arc<LiveStreams>,
) -> Result<Option<(TcpListener, Delivery)>, BuildError> {
    let Some(address) = config.viewers() else { return Ok(None) };
    let certificate = Certificate::read(&config.viewer_certificate, &config.viewer_key)?;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| BuildError::Viewers { address, source })?;
    Ok(Some((listener, Delivery::new(live, certificate, config.viewer_connections))))
}

/// Counts requests together with every other process.
fn limiter(redis: Redis) -> Limiter {
    Limiter::new(move |caller, quota| {
        let redis = redis.clone();
        async move {
            let taken =
                store::rate::take(&redis, &caller, quota.interval(), quota.burst).await.ok()?;
            Some(Decision {
                allowed: taken.allowed,
                remaining: taken.remaining,
                reset_after: taken.reset_after,
                retry_after: taken.retry_after,
            })
        }
    })
}

/// Every endpoint with who may call it.
pub fn endpoints() -> Vec<Endpoint> {
    routes::api().endpoints().to_vec()
}

/// The description of the JSON API.
pub fn openapi() -> OpenApi {
    routes::api().into_openapi()
}
