//! A process of a running platform that is killed without warning.

use std::{fs, path::Path};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};

/// A process that `nexus up` keeps running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// Redis or Valkey.
    Redis,
    /// PostgreSQL's first process.
    Postgres,
    /// The process with all services.
    Services,
}

impl Victim {
    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Redis => "Redis",
            Self::Postgres => "PostgreSQL",
            Self::Services => "services",
        }
    }

    /// Its process id by the record in the platform's home.
    pub fn pid(self, home: &Path) -> anyhow::Result<i32> {
        let name = match self {
            Self::Redis => "redis",
            Self::Postgres => "postgres",
            Self::Services => "serve",
        };
        let path = home.join("run").join(format!("{name}.pid"));
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}: is it running?", path.display()))?;
        let pid = text.split_whitespace().next().and_then(|pid| pid.parse().ok());
        pid.with_context(|| format!("{} holds no process id", path.display()))
    }

    /// Kills it and answers the process id that it had.
    pub fn kill(self, home: &Path) -> anyhow::Result<i32> {
        let pid = self.pid(home)?;
        let target = Pid::from_raw(pid).filter(|pid| !pid.is_init()).context("not a process id")?;
        kill_process(target, Signal::KILL)
            .with_context(|| format!("cannot kill {} ({pid})", self.title()))?;
        Ok(pid)
    }
}

#[cfg(test)]
mod tests {
    use std::{os::unix::process::ExitStatusExt as _, process::Command};

    use super::*;

    #[test]
    fn kills_whom_the_record_names() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("run")).unwrap();
        assert!(Victim::Redis.kill(home.path()).is_err());
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        fs::write(home.path().join("run/redis.pid"), format!("{} 123\n", child.id())).unwrap();
        assert_eq!(Victim::Redis.kill(home.path()).unwrap(), child.id().cast_signed());
        assert_eq!(child.wait().unwrap().signal(), Some(9));
    }
}
