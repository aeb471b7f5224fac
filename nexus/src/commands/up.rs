//! `nexus up`: the whole platform on this machine, from one command.

mod detach;
mod preflight;
mod services;
mod start;
mod summary;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::signals;
use crate::engines::record;
use crate::home::lock::Lock;
use crate::home::{Home, logs};
use crate::settings::ConfigOption;
use crate::stack::Stack;
use crate::{open_files, output};

pub(crate) use detach::is_ready;

/// Start the database, the cache, every service and nginx, and keep them running.
#[derive(Debug, clap::Args)]
pub(crate) struct Up {
    #[command(flatten)]
    home: HomeOption,
    #[command(flatten)]
    config: ConfigOption,
    /// Start in the background: come back when everything is ready, leave it running.
    #[arg(long)]
    detach: bool,
    /// Open the TV app in the browser when everything is ready.
    #[arg(long)]
    open: bool,
}

/// The option that names the home folder.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct HomeOption {
    /// Folder that holds data, secrets, certificates and logs.
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = ".nexus",
        env = "NEXUS_HOME",
        global = true
    )]
    pub(crate) home: PathBuf,
}

impl Up {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        // nginx and the services inherit the limit.
        open_files::raise_limit();
        // Children get a signal when the thread that started them ends: it must be the main one.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            if self.detach { detach::run(self).await } else { self.supervise().await }
        })
    }

    /// Lock, checks, start, wait, drain: the life of the platform.
    async fn supervise(&self) -> anyhow::Result<ExitCode> {
        let stop = signals::stop()?;
        let home = Home::create(&self.home.home)?;
        let _lock = Lock::take(&home.lock_file()).await?;
        detach::forget_readiness(&home);
        output::line(format_args!(
            "Nexus COS {} in {}",
            env!("CARGO_PKG_VERSION"),
            home.root().display()
        ));
        for name in record::stop_orphans(&home).await {
            output::notice(format_args!("stopped {name}, left over from a run that was killed"));
        }
        let plan = preflight::check(&home, &self.config.config)?;

        logs::start_afresh(&home);
        let logs = tokio::spawn(logs::keep_bounded(home.clone()));
        let mut stack = Stack::new(home.clone());
        let started = tokio::select! {
            started = start::run(&plan, &mut stack) => started,
            () = stop.cancelled() => Err(anyhow::anyhow!("interrupted while starting")),
        };
        if started.is_ok() {
            stack.settle();
            plan.print_summary();
            detach::tell_ready(&home).context("cannot write the state of the run")?;
            if self.open {
                plan.open_browser();
            }
            stop.cancelled().await;
            output::line("\nStopping.");
        }
        stack.drain().await;
        detach::forget_readiness(&home);
        logs.abort();
        started.map(|()| ExitCode::SUCCESS)
    }
}
