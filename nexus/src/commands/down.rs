//! `nexus down`: stops what `nexus up` started.

use std::process::ExitCode;
use std::time::Duration;

use rustix::process::Signal;

use super::up::HomeOption;
use crate::engines::record::{self, Identity};
use crate::home::Home;
use crate::home::lock::Lock;
use crate::output;

/// Longer than every deadline of the supervisor's drain together.
const LIMIT: Duration = Duration::from_secs(15);

/// Stop the platform that `nexus up` runs, and wait until it has ended.
#[derive(Debug, clap::Args)]
pub(crate) struct Down {
    #[command(flatten)]
    home: HomeOption,
}

impl Down {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let home = Home::existing(&self.home.home)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(stop(&home))
    }
}

async fn stop(home: &Home) -> anyhow::Result<ExitCode> {
    let supervisor = Lock::holder(&home.lock_file()).and_then(|holder| Identity::of(holder.pid));
    if let Some(supervisor) = supervisor {
        supervisor.signal(Signal::TERM);
        if !supervisor.gone_within(LIMIT).await {
            anyhow::bail!(
                "the supervisor (pid {}) has not stopped within {} s; end it with `kill -9 {}` and run `nexus down` again",
                supervisor.pid,
                LIMIT.as_secs(),
                supervisor.pid
            );
        }
    }
    let orphans = record::stop_orphans(home).await;
    output::line(match (supervisor, orphans.is_empty()) {
        (Some(_), _) => "Nexus COS has stopped.",
        (None, false) => "Nothing supervised was running; stopped what a killed run had left.",
        (None, true) => "Nothing is running.",
    });
    Ok(ExitCode::SUCCESS)
}
