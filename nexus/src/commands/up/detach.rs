//! `nexus up --detach`: the supervisor in the background, its progress in the foreground.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use anyhow::Context;
use time::OffsetDateTime;
use tokio::process::Command;

use super::Up;
use crate::home::lock::Lock;
use crate::home::{Home, logs};
use crate::output;

/// Longest that a start may take; the supervisor gives up its own steps earlier.
const LIMIT: Duration = Duration::from_mins(4);

/// Starts the supervisor in a session of its own, shows what it says and ends when it is ready.
pub(super) async fn run(up: &Up) -> anyhow::Result<ExitCode> {
    let home = Home::create(&up.home.home)?;
    // Only to have the message that names the holder; the supervisor takes its own.
    drop(Lock::take(&home.lock_file()).await?);
    forget_readiness(&home);
    let path = logs::path(&home, "nexus");
    let log = OpenOptions::new().create(true).append(true).open(&path)?;
    let mut shown = Follower::from_the_end(&path)?;

    let mut command = Command::new("setsid");
    command.arg(std::env::current_exe()?).arg("up").arg("--home").arg(home.root());
    command.arg("--config").arg(&up.config.config);
    if up.open {
        command.arg("--open");
    }
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    let mut supervisor = command.spawn().context("cannot start the supervisor")?;

    let deadline = tokio::time::Instant::now() + LIMIT;
    loop {
        let ready = is_ready(&home);
        shown.print_new();
        if ready {
            return Ok(ExitCode::SUCCESS);
        }
        if supervisor.try_wait()?.is_some() {
            shown.print_new();
            return Ok(ExitCode::FAILURE);
        }
        if tokio::time::Instant::now() >= deadline {
            anyhow::bail!("not ready within {} s; see {}", LIMIT.as_secs(), path.display());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Writes down that everything runs.
pub(super) fn tell_ready(home: &Home) -> io::Result<()> {
    fs::write(ready_file(home), OffsetDateTime::now_utc().to_string())
}

pub(super) fn forget_readiness(home: &Home) {
    drop(fs::remove_file(ready_file(home)));
}

/// Whether the supervisor of this home has said that everything runs.
pub(crate) fn is_ready(home: &Home) -> bool {
    ready_file(home).exists()
}

fn ready_file(home: &Home) -> PathBuf {
    home.run().join("ready")
}

/// Prints what is appended to a log.
struct Follower {
    file: File,
}

impl Follower {
    fn from_the_end(path: &Path) -> io::Result<Self> {
        use std::io::Seek;
        let mut file = File::open(path)?;
        file.seek(io::SeekFrom::End(0))?;
        Ok(Self { file })
    }

    fn print_new(&mut self) {
        let mut text = Vec::new();
        if self.file.read_to_end(&mut text).is_ok() && !text.is_empty() {
            output::line(String::from_utf8_lossy(&text).trim_end_matches('\n'));
        }
    }
}
