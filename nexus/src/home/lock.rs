//! One supervisor per home: an advisory lock that the kernel drops when its holder dies.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::time::{Duration, Instant, sleep};

/// Who holds a home, written into the lock file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Holder {
    /// Process id of the supervisor.
    pub(crate) pid: i32,
    /// When it took the lock.
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) since: OffsetDateTime,
}

/// The lock, held until it is dropped or the process dies in whatever way.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    #[error(
        "another `nexus up` is running here ({0}); stop it with `nexus down`, or give this one another folder with --home"
    )]
    Held(String),
    #[error("cannot lock the home folder")]
    Io(#[from] io::Error),
}

impl Lock {
    /// Takes the lock at `path` and writes who we are into it. A holder that is just dying is
    /// waited for.
    pub(crate) async fn take(path: &Path) -> Result<Self, LockError> {
        const PATIENCE: Duration = Duration::from_millis(500);
        let deadline = Instant::now() + PATIENCE;
        loop {
            match Self::try_take(path) {
                Err(LockError::Held(_)) if Instant::now() < deadline => {
                    sleep(Duration::from_millis(20)).await;
                }
                taken => return taken,
            }
        }
    }

    fn try_take(path: &Path) -> Result<Self, LockError> {
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held(describe(path))),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let pid = rustix::process::getpid().as_raw_nonzero().get();
        let holder = Holder { pid, since: OffsetDateTime::now_utc() };
        file.set_len(0)?;
        file.write_all(&serde_json::to_vec(&holder).map_err(io::Error::other)?)?;
        Ok(Self { _file: file })
    }

    /// Who holds the lock at `path` right now, if anyone does.
    pub(crate) fn holder(path: &Path) -> Option<Holder> {
        let file = File::open(path).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {
                serde_json::from_slice(&fs::read(path).unwrap_or_default()).ok()
            }
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }
}

fn describe(path: &Path) -> String {
    let text = fs::read(path).unwrap_or_default();
    let Ok(holder) = serde_json::from_slice::<Holder>(&text) else {
        return "it is just starting".to_owned();
    };
    let since = holder.since.replace_nanosecond(0).unwrap_or(holder.since);
    format!("pid {}, since {since}", holder.pid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_lock_names_the_first_holder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        assert!(Lock::holder(&path).is_none());
        let lock = Lock::take(&path).await.unwrap();
        let message = Lock::take(&path).await.unwrap_err().to_string();
        assert!(message.contains(&format!("pid {}", std::process::id())), "{message}");
        assert_eq!(Lock::holder(&path).unwrap().pid.unsigned_abs(), std::process::id());
        drop(lock);
        assert!(Lock::holder(&path).is_none());
        Lock::take(&path).await.unwrap();
    }
}
