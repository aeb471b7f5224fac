//! Asks services and engines for a sign of life, all at once.

use std::time::{Duration, Instant};

use api::gateway::{EngineStatus, ServiceState, ServiceStatus};
use api::health::{Ready, Version};
use chassis::calls::Calls;
use futures_util::future::join_all;

use super::{DEADLINE, Engines, PlatformService};

pub(super) async fn services(calls: &Calls, services: &[PlatformService]) -> Vec<ServiceStatus> {
    join_all(services.iter().map(|service| ask(calls, service))).await
}

pub(super) async fn engines(engines: &Engines) -> Vec<EngineStatus> {
    let postgres = answer_time(store::database::ping(&engines.database));
    let redis = answer_time(engines.redis.ping());
    let (postgres, redis) = tokio::join!(postgres, redis);
    [("PostgreSQL", postgres), ("Redis", redis)]
        .map(|(name, latency_ms)| EngineStatus { name: name.to_owned(), latency_ms })
        .to_vec()
}

async fn ask(calls: &Calls, service: &PlatformService) -> ServiceStatus {
    let url = |path: &str| format!("http://{}{path}", service.address);
    let began = Instant::now();
    let (ready_url, version_url) = (url("/readyz"), url("/version"));
    let ready = async {
        let ready = calls.get_any::<Ready>(&ready_url).await.ok();
        ready.map(|(_, ready)| (ready, milliseconds(began.elapsed())))
    };
    let (ready, version) = tokio::join!(ready, calls.get::<Version>(&version_url));
    let version = version.ok();
    let (state, latency_ms, missing) = match ready {
        None => (ServiceState::Away, None, Vec::new()),
        Some((ready, latency)) => {
            let state = if ready.ready { ServiceState::Ready } else { ServiceState::NotReady };
            let missing = ready.checks.into_iter().filter(|check| !check.ready).collect();
            (state, Some(latency), missing)
        }
    };
    ServiceStatus {
        name: service.name.clone(),
        title: service.title.clone(),
        state,
        started_at: version.as_ref().map(|version| version.started_at),
        version: version.map(|version| version.version),
        latency_ms,
        missing,
    }
}

/// How long an answer took; `None` when it was an error or did not come in time.
async fn answer_time<E>(answer: impl Future<Output = Result<(), E>>) -> Option<f64> {
    let began = Instant::now();
    tokio::time::timeout(DEADLINE, answer).await.ok()?.ok()?;
    Some(milliseconds(began.elapsed()))
}

/// Milliseconds, to a hundredth.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 100_000.0).round() / 100.0
}
