//! How the platform is doing, and its system checks.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::health::ReadyCheck;

/// How the platform is doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SystemStatus {
    /// When this was looked at.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Our services, in the order of the specification.
    pub services: Vec<ServiceStatus>,
    /// The engines they stand on.
    pub engines: Vec<EngineStatus>,
    /// The machine that gateway-api runs on.
    pub host: HostStatus,
    /// The process that gateway-api runs in; all services when they share one.
    pub process: ProcessStatus,
    /// The machine's load in the last five minutes, oldest first.
    pub samples: Vec<HostSample>,
    /// What needs somebody's attention, the gravest first.
    pub alarms: Vec<Alarm>,
}

/// One of our services.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ServiceStatus {
    /// Target name.
    #[schema(example = "streamcore")]
    pub name: String,
    /// What people call it.
    #[schema(example = "StreamCore")]
    pub title: String,
    /// Whether it works.
    pub state: ServiceState,
    /// Version of the platform that it is of; absent while it is away.
    #[schema(example = "0.1.0")]
    pub version: Option<String>,
    /// When it was started; absent while it is away.
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    /// Milliseconds until it said whether it is ready.
    pub latency_ms: Option<f64>,
    /// What it needs and does not have.
    pub missing: Vec<ReadyCheck>,
}

/// Whether a service works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// It is ready.
    Ready,
    /// It answers and lacks something that it needs.
    NotReady,
    /// It does not answer.
    Away,
}

/// An engine that the services stand on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EngineStatus {
    /// What it is.
    #[schema(example = "PostgreSQL")]
    pub name: String,
    /// Milliseconds until it answered; absent when it did not.
    pub latency_ms: Option<f64>,
}

/// The load of a machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HostStatus {
    /// Processor cores.
    pub cores: u32,
    /// Share of all cores that was busy since the sample before; absent at the first.
    pub cpu_percent: Option<f64>,
    /// Load averages of one, five and fifteen minutes.
    pub load: [f64; 3],
    /// Memory of the machine.
    pub memory_bytes: u64,
    /// Memory that can be used without swapping.
    pub memory_available_bytes: u64,
    /// Size of the file system that holds the data.
    pub disk_bytes: u64,
    /// What is free on it.
    pub disk_free_bytes: u64,
    /// Seconds since the machine was started.
    pub uptime_seconds: u64,
}

/// A process of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProcessStatus {
    /// Memory that it holds (resident set).
    pub memory_bytes: u64,
    /// Its threads.
    pub threads: u32,
}

/// The load of a machine at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HostSample {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Share of all cores that was busy since the sample before.
    pub cpu_percent: f64,
    /// Share of the memory that is in use.
    pub memory_percent: f64,
}

/// Something that needs somebody's attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Alarm {
    /// Stable name of the rule that raised it; `docs/alarms.md` explains each.
    #[schema(example = "disk-low")]
    pub id: String,
    /// What it is about, when the rule looks at several things; else empty.
    pub subject: String,
    /// How grave it is.
    pub severity: AlarmSeverity,
    /// Since when it has been so.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// What is the case.
    pub text: String,
    /// What to do.
    pub remedy: String,
}

/// How grave an alarm is; the later, the graver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlarmSeverity {
    /// It works, but will not for long.
    Warning,
    /// Something does not work.
    Critical,
}

/// The last system checks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChecksState {
    /// Whether they run now.
    pub running: bool,
    /// What the last run found; absent before the first.
    pub report: Option<ChecksReport>,
}

/// What `nexus validate` finds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChecksReport {
    /// When the checks were begun.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// How long they took.
    pub seconds: f64,
    /// Whether the platform is fit for use.
    pub passed: bool,
    /// One entry for each check and thing it looked at.
    pub findings: Vec<CheckFinding>,
}

/// What one check says about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckFinding {
    /// Stable id; `docs/checks.md` explains each.
    #[schema(example = "PF-DB-001")]
    pub id: String,
    /// Heading that it belongs under.
    #[schema(example = "PostgreSQL")]
    pub area: String,
    /// What is expected to be true.
    pub title: String,
    /// Whether the platform is unfit for use when it is not.
    pub required: bool,
    /// The thing that was looked at, when there are several; else empty.
    pub subject: String,
    /// How it turned out.
    pub outcome: CheckOutcome,
    /// What was seen, or why nothing was looked at.
    pub evidence: String,
    /// What to do when it failed.
    pub remedy: String,
}

/// How a check turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// As expected.
    Passed,
    /// Not as expected.
    Failed,
    /// Works, but will not for ever.
    Warning,
    /// Could not be judged here.
    Skipped,
    /// About something that is not built yet.
    Planned,
}
