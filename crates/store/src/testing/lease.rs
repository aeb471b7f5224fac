use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{TestEngineError, io_error};

/// Held by this process, as long as it lives, on the engines it uses.
static LEASE: OnceLock<File> = OnceLock::new();

/// The folder of the shared engines. The operating system's folder for temporary files is one
/// that the unprivileged user of the engines can enter, which a home folder need not be.
pub(super) fn folder() -> PathBuf {
    let owner = fs::metadata("/proc/self").map_or(0, |me| me.uid());
    std::env::temp_dir().join(format!("nexus-test-engines-{owner}"))
}

/// File on which every process that uses the engines holds a shared lock. Whoever gets the
/// exclusive one knows that nobody needs them any more.
pub(super) fn lease_file(folder: &Path) -> PathBuf {
    folder.join("lease")
}

/// Takes the shared lock for the rest of this process.
pub(super) fn take(folder: &Path) -> Result<(), TestEngineError> {
    if LEASE.get().is_some() {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(io_error(format!("{} cannot be made", folder.display())))?;
    let file = open(&lease_file(folder))?;
    file.lock_shared().map_err(io_error("the lease on the test engines cannot be taken"))?;
    // A second thread may have been quicker; its lock is as good.
    let _ = LEASE.set(file);
    Ok(())
}

/// Runs `start` while no other process does.
pub(super) async fn alone<T>(
    folder: &Path,
    name: &str,
    start: impl AsyncFnOnce() -> Result<T, TestEngineError>,
) -> Result<T, TestEngineError> {
    let file = open(&folder.join(format!("{name}.lock")))?;
    file.lock().map_err(io_error("the start of a test engine cannot be locked"))?;
    let started = start().await;
    drop(file);
    started
}

fn open(path: &Path) -> Result<File, TestEngineError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(io_error(format!("{} cannot be opened", path.display())))
}
