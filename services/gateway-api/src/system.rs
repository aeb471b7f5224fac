//! How the platform is doing: looked at every two seconds, shown to whoever asks.

mod checks;
mod host;
mod probe;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use api::gateway::{HostSample, SystemStatus};
use chassis::calls::{CallError, Calls};
use store::{Database, Redis};
use time::OffsetDateTime;
use tokio::sync::watch as channel;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

pub(crate) use self::checks::Checks;
pub use self::checks::{CheckFindings, ChecksRunner};
use self::host::HostProbe;
use crate::domain::alarm_book::AlarmBook;
use crate::domain::alarm_rules;
use crate::domain::host_readings::percent;

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(2);
/// Looks that are kept: five minutes.
const KEPT: usize = 150;
/// Longest that one answer may take.
const DEADLINE: Duration = Duration::from_millis(1_500);

/// What gateway-api is told of the platform that it is part of.
#[derive(Debug, Clone, Default)]
pub struct Platform {
    /// Our services, in the order that they are shown.
    pub services: Vec<PlatformService>,
    /// A folder on the file system that holds the data.
    pub data: PathBuf,
    /// Runs the system checks; absent where they cannot be run.
    pub checks: Option<ChecksRunner>,
}

/// One of our services.
#[derive(Debug, Clone)]
pub struct PlatformService {
    /// Target name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Where it answers.
    pub address: SocketAddr,
}

/// What is looked at besides the services.
#[derive(Debug, Clone)]
pub(crate) struct Engines {
    pub(crate) database: Database,
    pub(crate) redis: Redis,
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct System {
    platform: Platform,
    calls: Calls,
    latest: channel::Sender<Option<SystemStatus>>,
    pub(crate) checks: Checks,
}

impl System {
    pub(crate) fn new(mut platform: Platform) -> Result<Self, CallError> {
        let checks = Checks::new(platform.checks.take());
        let (calls, latest) = (Calls::new(DEADLINE)?, channel::Sender::new(None));
        Ok(Self { platform, calls, latest, checks })
    }

    /// The last look; waits for the first one.
    pub(crate) async fn status(&self) -> Option<SystemStatus> {
        let mut latest = self.latest.subscribe();
        let seen = tokio::time::timeout(2 * DEADLINE, latest.wait_for(Option::is_some)).await;
        seen.ok()?.ok()?.clone()
    }
}

/// Looks until `stop`.
pub(crate) async fn watch(
    system: std::sync::Arc<System>,
    engines: Engines,
    stop: CancellationToken,
) {
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut host = HostProbe::new(system.platform.data.clone());
    let mut book = AlarmBook::default();
    let mut samples = VecDeque::with_capacity(KEPT);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = stop.cancelled() => return,
        }
        let (services, engines) = tokio::join!(
            probe::services(&system.calls, &system.platform.services),
            probe::engines(&engines),
        );
        let at = OffsetDateTime::now_utc();
        let (host, process) = host.look();
        if let Some(cpu_percent) = host.cpu_percent {
            if samples.len() == KEPT {
                samples.pop_front();
            }
            let used = host.memory_bytes.saturating_sub(host.memory_available_bytes);
            let memory_percent = percent(used, host.memory_bytes);
            samples.push_back(HostSample { at, cpu_percent, memory_percent });
        }
        let alarms = book.update(alarm_rules::conditions(&services, &engines, &host), at);
        let samples = samples.iter().cloned().collect();
        system.latest.send_replace(Some(SystemStatus {
            at,
            services,
            engines,
            host,
            process,
            samples,
            alarms,
        }));
    }
}
