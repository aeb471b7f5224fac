//! How a child process is started: its own process group, an empty environment, no way to gain
//! privileges, an end of its own when the supervisor dies.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::Signal;
use tokio::process::Command;

use crate::home::account::Account;

/// Part of util-linux, which is essential in Debian; it does what needs `unsafe` code otherwise.
const SETPRIV: &str = "/usr/bin/setpriv";

/// Everything that is needed to start a child again and again.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// Short name: of the record, of the log, in messages.
    pub(crate) name: &'static str,
    /// Name for people.
    pub(crate) title: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) args: Vec<OsString>,
    /// The whole environment, besides PATH and the locale.
    pub(crate) env: Vec<(String, OsString)>,
    /// The account to run as, when it is not ours.
    pub(crate) account: Option<Account>,
    /// The signal that asks for a graceful end.
    pub(crate) stop: Signal,
}

impl Program {
    pub(crate) fn command(&self, log: &File) -> io::Result<Command> {
        let mut command = Command::new(SETPRIV);
        // `setpriv` replaces itself by the program, so pid and death signal carry over.
        command.args(["--no-new-privs", "--pdeathsig", death_signal(self.stop)]);
        if let Some(account) = &self.account {
            command.arg(format!("--reuid={}", account.uid));
            command.arg(format!("--regid={}", account.gid));
            command.arg("--clear-groups");
        }
        command.arg("--").arg(&self.path).args(&self.args);
        command.env_clear().envs(base_environment()).envs(self.env.iter().cloned());
        command.current_dir(Path::new("/")).process_group(0).kill_on_drop(false);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?);
        Ok(command)
    }
}

/// What every child sees of our environment.
pub(crate) fn base_environment() -> [(String, OsString); 3] {
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    [
        ("PATH".to_owned(), path),
        ("LC_ALL".to_owned(), "C.UTF-8".into()),
        ("TZ".to_owned(), "UTC".into()),
    ]
}

fn death_signal(stop: Signal) -> &'static str {
    if stop == Signal::INT { "INT" } else { "TERM" }
}
