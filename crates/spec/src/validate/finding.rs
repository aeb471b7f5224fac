//! What a check found.

use serde::Serialize;

/// The judgement of one check about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable id, `PF-<AREA>-<number>`.
    pub id: &'static str,
    /// The area it belongs to.
    pub category: Category,
    /// What is expected to be true.
    pub title: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The thing judged when the check looks at several: a service, a domain, a file; else empty.
    pub subject: String,
    /// How it turned out.
    pub outcome: Outcome,
    /// What was seen.
    pub evidence: String,
    /// What to do when it failed.
    pub remedy: &'static str,
}

/// The areas of the catalogue, in the order they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The machine.
    Host,
    /// Specification and generated files.
    Config,
    /// PostgreSQL.
    Database,
    /// Redis or Valkey.
    Redis,
    /// Our services.
    Services,
    /// nginx and what it passes on.
    Gateway,
    /// Certificates and protocol.
    Tls,
    /// Sign-in and tokens.
    Identity,
    /// Ingest and delivery.
    Streaming,
    /// Log files.
    Logs,
}

impl Category {
    /// The heading shown to people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Host => "Host",
            Self::Config => "Configuration",
            Self::Database => "PostgreSQL",
            Self::Redis => "Redis",
            Self::Services => "Services",
            Self::Gateway => "Gateway",
            Self::Tls => "TLS",
            Self::Identity => "Identity",
            Self::Streaming => "Streaming",
            Self::Logs => "Logs",
        }
    }
}

/// How much a check matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The platform is not fit for use unless it passes; skipping it is a failure too.
    Required,
    /// It may be skipped where it does not apply.
    Advised,
}

/// How a check turned out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum Outcome {
    /// As expected.
    Pass,
    /// Not as expected.
    Fail,
    /// Works, but will not for ever.
    Warn,
    /// Could not be judged here.
    Skipped {
        /// Why.
        reason: String,
    },
    /// About something that is not built yet.
    Planned,
}

/// What one check says about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The thing judged; empty when there is only one.
    pub subject: String,
    /// How it turned out.
    pub outcome: Outcome,
    /// What was seen.
    pub evidence: String,
}

impl Verdict {
    /// A verdict about `subject`: pass when `passed`, with what was seen.
    pub(super) fn of(
        subject: impl Into<String>,
        passed: bool,
        evidence: impl Into<String>,
    ) -> Self {
        let outcome = if passed { Outcome::Pass } else { Outcome::Fail };
        Self { subject: subject.into(), outcome, evidence: evidence.into() }
    }
}
