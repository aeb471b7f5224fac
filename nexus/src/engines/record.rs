//! What runs on behalf of a home, written down so that the next start finds what a dead supervisor
//! left behind.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::time::Instant;

use crate::home::Home;

/// A process with the time it started at, in clock ticks since boot: a reused pid differs in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) pid: i32,
    started: u64,
}

impl Identity {
    /// The live process with this pid, unless it is only a zombie.
    pub(crate) fn of(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The command in parentheses may hold spaces: count fields behind it (proc(5)).
        let (_, rest) = stat.rsplit_once(") ")?;
        let mut fields = rest.split(' ');
        let state = fields.next()?;
        let started = fields.nth(18)?.parse().ok()?;
        (state != "Z" && state != "X").then_some(Self { pid, started })
    }

    pub(crate) fn is_alive(self) -> bool {
        Self::of(self.pid) == Some(self)
    }

    pub(crate) fn signal(self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid).filter(|_| self.is_alive()) {
            _ = kill_process(pid, signal);
        }
    }

    /// Kills the process and what it started in its own group.
    pub(crate) fn kill(self) {
        if let Some(pid) = Pid::from_raw(self.pid).filter(|_| self.is_alive()) {
            _ = kill_process_group(pid, Signal::KILL);
            _ = kill_process(pid, Signal::KILL);
        }
    }

    /// Waits until the process is gone; `false` when it still lives at the deadline.
    pub(crate) async fn gone_within(self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        while self.is_alive() {
            if Instant::now() >= deadline {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        true
    }
}

/// Writes the record of the child `name` into `folder`.
pub(crate) fn write(folder: &Path, name: &str, child: Identity) -> io::Result<()> {
    fs::write(folder.join(format!("{name}.pid")), format!("{} {}\n", child.pid, child.started))
}

pub(crate) fn remove(folder: &Path, name: &str) {
    drop(fs::remove_file(folder.join(format!("{name}.pid"))));
}

/// Every recorded child that is alive.
pub(crate) fn alive(folder: &Path) -> Vec<(String, Identity)> {
    let mut found: Vec<(String, Identity)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| read(&entry.path()))
        .filter(|(_, child)| child.is_alive())
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

/// Stops what a former run left behind when it died without stopping it. Answers the names.
pub(crate) async fn stop_orphans(home: &Home) -> Vec<String> {
    const PATIENCE: Duration = Duration::from_secs(8);
    let folder = home.run();
    let orphans = alive(&folder);
    for (name, child) in &orphans {
        // PostgreSQL would wait for its clients on TERM; INT is its fast shutdown.
        child.signal(if name == "postgres" { Signal::INT } else { Signal::TERM });
    }
    for (name, child) in &orphans {
        if !child.gone_within(PATIENCE).await {
            child.kill();
            child.gone_within(Duration::from_secs(2)).await;
        }
        remove(&folder, name);
    }
    let mut names: Vec<String> = orphans.into_iter().map(|(name, _)| name).collect();
    for (name, stray) in writers(&home.log()) {
        stray.kill();
        stray.gone_within(Duration::from_secs(2)).await;
        names.push(name);
    }
    names.sort();
    names.dedup();
    names
}

/// The processes whose output goes to a log in `folder`, besides our own log: also the workers of a
/// master that was killed, which no record names.
fn writers(folder: &Path) -> Vec<(String, Identity)> {
    let mut found = Vec::new();
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = process.file_name().to_str().and_then(|name| name.parse().ok());
        let Some(identity) = pid.and_then(Identity::of) else { continue };
        let log = fs::read_link(process.path().join("fd/2")).unwrap_or_default();
        let name = log.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if log.parent() == Some(folder) && name != "nexus" {
            found.push((name.to_owned(), identity));
        }
    }
    found
}

fn read(path: &Path) -> Option<(String, Identity)> {
    if path.extension()? != "pid" {
        return None;
    }
    let text = fs::read_to_string(path).ok()?;
    let (pid, started) = text.trim().split_once(' ')?;
    let child = Identity { pid: pid.parse().ok()?, started: started.parse().ok()? };
    Some((path.file_stem()?.to_str()?.to_owned(), child))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_reused_pid_is_another_process() {
        let ourselves = Identity::of(std::process::id().cast_signed()).unwrap();
        assert!(ourselves.is_alive());
        assert!(!Identity { started: ourselves.started + 1, ..ourselves }.is_alive());
    }

    #[tokio::test]
    async fn orphans_are_stopped_and_forgotten() {
        let (_folder, home) = Home::for_test();
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        let identity = Identity::of(child.id().cast_signed()).unwrap();
        write(&home.run(), "redis", identity).unwrap();
        assert_eq!(stop_orphans(&home).await, ["redis"]);
        assert!(!identity.is_alive());
        assert!(alive(&home.run()).is_empty());
        child.wait().unwrap();
    }

    #[tokio::test]
    async fn a_process_without_a_record_is_found_by_its_log() {
        let (_folder, home) = Home::for_test();
        let log = crate::home::logs::open(&home, "nginx").unwrap();
        let mut child = Command::new("sleep").arg("600").stderr(log).spawn().unwrap();
        assert_eq!(stop_orphans(&home).await, ["nginx"]);
        child.wait().unwrap();
    }
}
