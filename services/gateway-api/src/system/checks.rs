//! The system checks: run by one at a time, and not again while the last run is fresh.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::gateway::{CheckFinding, ChecksReport, ChecksState};
use time::OffsetDateTime;
use tokio::sync::Mutex;

use crate::error::SystemError;

/// How long a report is as good as a new one.
const FRESH: Duration = Duration::from_secs(10);
/// Longest that a run may take: below the limit of requests, so that whoever asks is told.
const DEADLINE: Duration = Duration::from_secs(12);

/// What a run found, or why it could not be made at all.
pub type Checked = Result<CheckFindings, String>;
type Run = dyn Fn() -> Pin<Box<dyn Future<Output = Checked> + Send>> + Send + Sync;

/// What all checks found.
#[derive(Debug, Clone)]
pub struct CheckFindings {
    /// Whether the platform is fit for use.
    pub passed: bool,
    /// One for each check and thing it looked at.
    pub findings: Vec<CheckFinding>,
}

/// Runs the checks.
#[derive(Clone)]
pub struct ChecksRunner(Arc<Run>);

impl ChecksRunner {
    /// Makes one of an async function.
    pub fn new<F, Fut>(run: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Checked> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(run())))
    }
}

impl fmt::Debug for ChecksRunner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChecksRunner").finish_non_exhaustive()
    }
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Checks {
    runner: Option<ChecksRunner>,
    /// Held by the one that runs.
    turn: Mutex<()>,
    last: parking_lot::Mutex<Option<(Instant, ChecksReport)>>,
}

impl Checks {
    pub(super) fn new(runner: Option<ChecksRunner>) -> Self {
        Self { runner, turn: Mutex::new(()), last: parking_lot::Mutex::new(None) }
    }

    /// What the last run found, and whether one is under way.
    pub(crate) fn state(&self) -> ChecksState {
        let running = self.turn.try_lock().is_err();
        let report = self.last.lock().as_ref().map(|(_, report)| report.clone());
        ChecksState { running, report }
    }

    /// Runs the checks. Whoever asks while they run is answered with the same report.
    pub(crate) async fn run(&self) -> Result<ChecksReport, SystemError> {
        let runner = self.runner.as_ref().ok_or(SystemError::NoChecks)?;
        let _turn = self.turn.lock().await;
        let fresh = self.last.lock().clone().filter(|(ended, _)| ended.elapsed() < FRESH);
        if let Some((_, report)) = fresh {
            return Ok(report);
        }
        let (began, at) = (Instant::now(), OffsetDateTime::now_utc());
        let CheckFindings { passed, findings } =
            match tokio::time::timeout(DEADLINE, (runner.0)()).await {
                Ok(findings) => findings.map_err(SystemError::ChecksFailed)?,
                Err(_) => return Err(SystemError::ChecksTooSlow(DEADLINE.as_secs())),
            };
        let report = ChecksReport {
            at,
            seconds: (began.elapsed().as_secs_f64() * 10.0).round() / 10.0,
            passed,
            findings,
        };
        *self.last.lock() = Some((Instant::now(), report.clone()));
        Ok(report)
    }
}
