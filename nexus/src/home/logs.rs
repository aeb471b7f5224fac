//! Logs of the child processes: appended by them, kept within a bound by the supervisor.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Home;

/// A log that grows past this is moved to `<name>.log.1` and starts again.
const SIZE_LIMIT: u64 = 16 << 20;
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Opens the log of `name` for appending, readable by the engines' account too.
pub(crate) fn open(home: &Home, name: &str) -> io::Result<File> {
    let path = path(home, name);
    let file = OpenOptions::new().create(true).append(true).open(&path)?;
    if let Some(account) = home.account() {
        account.own(&path)?;
    }
    Ok(file)
}

pub(crate) fn path(home: &Home, name: &str) -> PathBuf {
    home.log().join(format!("{name}.log"))
}

/// The last `count` lines of a log, for messages.
pub(crate) fn tail(path: &Path, count: usize) -> Vec<String> {
    let Ok(mut file) = File::open(path) else { return Vec::new() };
    let length = file.metadata().map_or(0, |data| data.len());
    if file.seek(SeekFrom::Start(length.saturating_sub(256 << 10))).is_err() {
        return Vec::new();
    }
    let mut text = Vec::new();
    if file.read_to_end(&mut text).is_err() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].iter().map(|line| (*line).to_owned()).collect()
}

/// Puts the logs of the run before aside, so that a log tells of one run. Nobody writes them now.
pub(crate) fn start_afresh(home: &Home) {
    for path in all(home) {
        // Our own log is the one that this run is already writing to.
        let own = path.file_stem().is_some_and(|name| name == "nexus");
        if !own && let Err(error) = fs::rename(&path, path.with_extension("log.1")) {
            tracing::warn!(path = %path.display(), %error, "cannot put the log aside");
        }
    }
}

/// Keeps every log of the home within its bound, for ever. The writers hold their files open in
/// append mode, so a log is copied and cut rather than renamed under them.
pub(crate) async fn keep_bounded(home: Home) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        for path in all(&home) {
            let large = fs::metadata(&path).is_ok_and(|data| data.len() > SIZE_LIMIT);
            if large && let Err(error) = cut(&path) {
                tracing::warn!(path = %path.display(), %error, "cannot rotate the log");
            }
        }
    }
}

fn all(home: &Home) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.log()).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "log")).collect()
}

fn cut(path: &Path) -> io::Result<()> {
    let kept = path.with_extension("log.1");
    let copied = fs::copy(path, &kept);
    // A full disk must not stop the cut: room is what it is for.
    OpenOptions::new().write(true).open(path)?.set_len(0)?;
    copied.map(drop)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn cutting_keeps_the_old_lines_and_the_writer_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("redis.log");
        let mut writer = OpenOptions::new().create(true).append(true).open(&path).unwrap();
        writeln!(writer, "one\ntwo").unwrap();
        cut(&path).unwrap();
        writeln!(writer, "three").unwrap();
        assert_eq!(tail(&path, 5), ["three"]);
        assert_eq!(tail(&path.with_extension("log.1"), 1), ["two"]);
    }
}
