//! `cargo xtask up`: from a clone to a running platform.

mod credentials;
mod summary;

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::machine::node::Node;
use crate::machine::packages::{self, COMPILER, FFMPEG, NGINX, Need, POSTGRES, REDIS};
use crate::output::Progress;
use crate::process::{Program, cargo};
use crate::{repository, web};

/// Install what is missing, build everything, start the platform, check it and say how to go live.
#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Install nothing; fail when something is missing.
    #[arg(long)]
    no_install: bool,
    /// Stay in the foreground instead of leaving the platform running.
    #[arg(long)]
    foreground: bool,
}

impl Up {
    pub(crate) fn run(self) -> Result<()> {
        const NEEDS: [Need; 5] = [COMPILER, POSTGRES, REDIS, NGINX, FFMPEG];
        let progress = Progress::start();
        packages::install(&NEEDS, !self.no_install, &progress)?;
        let node = Node::provide(!self.no_install, &progress)?;
        web::build(&node, &progress)?;
        progress.stage("building nexus");
        build()?;
        let nexus = Nexus {
            program: repository::target().join("debug/nexus"),
            home: std::env::var_os("NEXUS_HOME").unwrap_or_else(|| ".nexus".into()).into(),
        };
        if self.foreground {
            progress.stage("starting in the foreground; Ctrl-C stops it");
            return nexus.command(&["up"]).run();
        }
        nexus.start(&progress)?;
        let credentials = credentials::provide(&nexus)?;
        progress.stage("checking the running platform");
        nexus.command(&["validate"]).run().context("the platform runs but did not pass")?;
        summary::print(&nexus, &credentials, &progress);
        Ok(())
    }
}

/// Builds the binary with the web apps inside.
pub(super) fn build() -> Result<()> {
    cargo().args(["build", "--package", "nexus"]).run().context("nexus cannot be built")
}

/// The built binary and the home it runs in, `.nexus` unless `NEXUS_HOME` names another.
struct Nexus {
    program: PathBuf,
    home: PathBuf,
}

impl Nexus {
    fn command(&self, args: &[&str]) -> Program {
        Program::new(&self.program).args(args).in_folder(repository::root())
    }

    /// A file that `nexus` keeps its secrets beside.
    fn secret(&self, name: &str) -> PathBuf {
        self.home().join("secrets").join(name)
    }

    fn home(&self) -> PathBuf {
        repository::root().join(&self.home)
    }

    /// Starts the platform in the background, or leaves it when this very build already runs.
    fn start(&self, progress: &Progress) -> Result<()> {
        if self.command(&["status"]).succeeds() {
            if self.is_current() {
                progress.stage("already running");
                return Ok(());
            }
            progress.stage("stopping the previous build");
            self.command(&["down"]).run()?;
        }
        progress.stage("starting");
        self.command(&["up", "--detach"]).run().context("the platform did not start")
    }

    /// Whether what runs was started after the binary was built.
    fn is_current(&self) -> bool {
        let time = |path: PathBuf| -> Option<SystemTime> {
            fs::metadata(path).and_then(|found| found.modified()).ok()
        };
        match (time(self.home().join("run/ready")), time(self.program.clone())) {
            (Some(started), Some(built)) => started > built,
            _ => false,
        }
    }
}
