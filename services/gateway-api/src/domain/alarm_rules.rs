//! What is worth an alarm. `docs/alarms.md` explains each rule under its id.

use std::time::Duration;

use api::gateway::{
    AlarmSeverity::{self, Critical, Warning},
    EngineStatus, HostStatus, ServiceState, ServiceStatus,
};

use super::host_readings::percent;

/// Milliseconds from which an engine counts as slow.
const SLOW_ENGINE: f64 = 250.0;
/// Percent of all cores from which the processor counts as busy.
const BUSY: f64 = 90.0;
/// Bytes of memory and of disk below which it warns, and below which things are about to break.
const LOW_MEMORY: u64 = 512 << 20;
const NO_MEMORY: u64 = 128 << 20;
const LOW_DISK: u64 = 2 << 30;
const NO_DISK: u64 = 512 << 20;

/// A rule: what it is called, how grave it is, and for how long it must have been so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    pub(crate) severity: AlarmSeverity,
    pub(crate) after: Duration,
    pub(crate) remedy: &'static str,
}

/// Something that is the case by a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) rule: Rule,
    pub(crate) subject: String,
    pub(crate) text: String,
}

const fn rule(
    id: &'static str,
    severity: AlarmSeverity,
    seconds: u64,
    remedy: &'static str,
) -> Rule {
    Rule { id, severity, after: Duration::from_secs(seconds), remedy }
}

const SERVICE_AWAY: Rule =
    rule("service-away", Critical, 4, "look at its last log lines; `nexus up` starts it again");
const SERVICE_NOT_READY: Rule =
    rule("service-not-ready", Critical, 4, "put right what it lacks; it recovers by itself");
const ENGINE_AWAY: Rule =
    rule("engine-away", Critical, 4, "start the engine, or look why its address does not answer");
const ENGINE_SLOW: Rule =
    rule("engine-slow", Warning, 30, "look for what keeps the engine or its disk busy");
const CPU_BUSY: Rule = rule(
    "cpu-busy",
    Warning,
    60,
    "end streams that nobody watches, or give the machine more cores",
);
const MEMORY_LOW: Rule = rule("memory-low", Warning, 10, "stop other programs or add memory");
const MEMORY_GONE: Rule =
    rule("memory-gone", Critical, 4, "stop other programs now; processes are about to be killed");
const DISK_LOW: Rule =
    rule("disk-low", Warning, 0, "free space on the file system that holds the data");
const DISK_GONE: Rule =
    rule("disk-gone", Critical, 0, "free space now; the database is about to stop writing");

/// Every rule, for the page that explains them.
#[cfg(test)]
const ALL: [Rule; 9] = [
    SERVICE_AWAY,
    SERVICE_NOT_READY,
    ENGINE_AWAY,
    ENGINE_SLOW,
    CPU_BUSY,
    MEMORY_LOW,
    MEMORY_GONE,
    DISK_LOW,
    DISK_GONE,
];

/// What is the case now.
pub(crate) fn conditions(
    services: &[ServiceStatus],
    engines: &[EngineStatus],
    host: &HostStatus,
) -> Vec<Condition> {
    let services = services.iter().filter_map(of_service);
    let engines = engines.iter().filter_map(of_engine);
    services.chain(engines).chain(of_host(host)).collect()
}

fn of_service(service: &ServiceStatus) -> Option<Condition> {
    let (rule, text) = match service.state {
        ServiceState::Ready => return None,
        ServiceState::Away => (SERVICE_AWAY, format!("{} does not answer", service.title)),
        ServiceState::NotReady => {
            let missing: Vec<String> = service
                .missing
                .iter()
                .map(|check| match &check.reason {
                    Some(reason) => format!("{} ({reason})", check.name),
                    None => check.name.clone(),
                })
                .collect();
            (SERVICE_NOT_READY, format!("{} lacks {}", service.title, missing.join(", ")))
        }
    };
    Some(Condition { rule, subject: service.name.clone(), text })
}

fn of_engine(engine: &EngineStatus) -> Option<Condition> {
    let name = &engine.name;
    let (rule, text) = match engine.latency_ms {
        None => (ENGINE_AWAY, format!("{name} does not answer")),
        Some(latency) if latency > SLOW_ENGINE => {
            (ENGINE_SLOW, format!("{name} takes {latency:.0} ms to answer"))
        }
        Some(_) => return None,
    };
    Some(Condition { rule, subject: name.clone(), text })
}

fn of_host(host: &HostStatus) -> Vec<Condition> {
    let about = |rule, text| Condition { rule, subject: String::new(), text };
    let mut found = Vec::new();
    if let Some(busy) = host.cpu_percent.filter(|busy| *busy > BUSY) {
        found.push(about(CPU_BUSY, format!("the processor is {busy:.0} % busy")));
    }
    let left = |bytes: u64, of: u64| format!("{} MiB ({:.0} %)", bytes >> 20, percent(bytes, of));
    let memory = host.memory_available_bytes;
    if memory < LOW_MEMORY {
        let rule = if memory < NO_MEMORY { MEMORY_GONE } else { MEMORY_LOW };
        found.push(about(rule, format!("{} of memory are left", left(memory, host.memory_bytes))));
    }
    let disk = host.disk_free_bytes;
    if disk < LOW_DISK {
        let rule = if disk < NO_DISK { DISK_GONE } else { DISK_LOW };
        found.push(about(rule, format!("{} of disk are free", left(disk, host.disk_bytes))));
    }
    found
}

#[cfg(test)]
mod tests {
    use api::health::ReadyCheck;

    use super::*;

    fn healthy() -> HostStatus {
        HostStatus {
            cores: 8,
            cpu_percent: Some(12.0),
            load: [1.0; 3],
            memory_bytes: 16 << 30,
            memory_available_bytes: 8 << 30,
            disk_bytes: 100 << 30,
            disk_free_bytes: 50 << 30,
            uptime_seconds: 1,
        }
    }

    fn ids(
        services: &[ServiceStatus],
        engines: &[EngineStatus],
        host: &HostStatus,
    ) -> Vec<&'static str> {
        conditions(services, engines, host).iter().map(|found| found.rule.id).collect()
    }

    #[test]
    fn a_healthy_platform_raises_nothing() {
        let engine = EngineStatus { name: "Redis".into(), latency_ms: Some(0.4) };
        assert_eq!(ids(&[], &[engine], &healthy()), Vec::<&str>::new());
    }

    #[test]
    fn each_limit_has_its_rule() {
        let host = HostStatus { cpu_percent: Some(90.1), ..healthy() };
        assert_eq!(ids(&[], &[], &host), ["cpu-busy"]);
        let host = HostStatus { memory_available_bytes: LOW_MEMORY - 1, ..healthy() };
        assert_eq!(ids(&[], &[], &host), ["memory-low"]);
        let host = HostStatus { memory_available_bytes: NO_MEMORY - 1, ..healthy() };
        assert_eq!(ids(&[], &[], &host), ["memory-gone"]);
        let host = HostStatus { disk_free_bytes: LOW_DISK - 1, ..healthy() };
        assert_eq!(ids(&[], &[], &host), ["disk-low"]);
        let host = HostStatus { disk_free_bytes: NO_DISK - 1, ..healthy() };
        assert_eq!(ids(&[], &[], &host), ["disk-gone"]);
        for (latency_ms, id) in [(None, "engine-away"), (Some(251.0), "engine-slow")] {
            let engine = EngineStatus { name: "Redis".into(), latency_ms };
            assert_eq!(ids(&[], &[engine], &healthy()), [id]);
        }
    }

    #[test]
    fn a_service_says_what_it_lacks() {
        let lacking = ReadyCheck {
            name: "database".into(),
            ready: false,
            reason: Some("connection refused".into()),
        };
        let service = ServiceStatus {
            name: "streamcore".into(),
            title: "StreamCore".into(),
            state: ServiceState::NotReady,
            version: None,
            started_at: None,
            latency_ms: None,
            missing: vec![lacking],
        };
        let found = conditions(std::slice::from_ref(&service), &[], &healthy());
        assert_eq!(found[0].text, "StreamCore lacks database (connection refused)");
        let away = ServiceStatus { state: ServiceState::Away, ..service };
        assert_eq!(ids(&[away], &[], &healthy()), ["service-away"]);
    }

    #[test]
    fn the_page_explains_every_rule_and_no_other() {
        let page = include_str!("../../../../docs/alarms.md");
        let explained: Vec<&str> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(id, _)| id))
            .collect();
        assert_eq!(explained, ALL.map(|rule| rule.id));
    }
}
