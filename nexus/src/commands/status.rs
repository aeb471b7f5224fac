//! `nexus status`: what runs.

use std::process::ExitCode;

use serde::Serialize;
use time::OffsetDateTime;

use super::up::{HomeOption, is_ready};
use crate::engines::record;
use crate::home::Home;
use crate::home::lock::Lock;
use crate::output;

/// Show what `nexus up` runs; the exit code is 0 when everything is ready, else 3.
#[derive(Debug, clap::Args)]
pub(crate) struct Status {
    #[command(flatten)]
    home: HomeOption,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    state: State,
    home: String,
    pid: Option<i32>,
    #[serde(with = "time::serde::rfc3339::option")]
    since: Option<OffsetDateTime>,
    processes: Vec<Process>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ready,
    Starting,
    Stopped,
}

#[derive(Debug, Serialize)]
struct Process {
    name: String,
    pid: i32,
}

impl Status {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        const NOT_READY: u8 = 3;
        let report = report(&Home::existing(&self.home.home)?);
        if self.json {
            output::line(serde_json::to_string_pretty(&report)?);
        } else {
            print(&report);
        }
        let ready = report.state == State::Ready;
        Ok(if ready { ExitCode::SUCCESS } else { ExitCode::from(NOT_READY) })
    }
}

fn report(home: &Home) -> Report {
    let holder = Lock::holder(&home.lock_file());
    let state = match (&holder, is_ready(home)) {
        (None, _) => State::Stopped,
        (Some(_), false) => State::Starting,
        (Some(_), true) => State::Ready,
    };
    Report {
        state,
        home: home.root().display().to_string(),
        pid: holder.as_ref().map(|holder| holder.pid),
        since: holder.map(|holder| holder.since),
        processes: record::alive(&home.run())
            .into_iter()
            .map(|(name, child)| Process { name, pid: child.pid })
            .collect(),
    }
}

fn print(report: &Report) {
    match (report.state, report.pid) {
        (State::Stopped, _) | (_, None) => output::line("stopped"),
        (state, Some(pid)) => {
            let word = if state == State::Ready { "ready" } else { "starting" };
            output::line(format_args!("{word} (supervisor pid {pid})"));
        }
    }
    for process in &report.processes {
        output::line(format_args!("  {:<10} pid {}", process.name, process.pid));
    }
}
