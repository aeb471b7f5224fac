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

/// Keeps every log of the home within its bound, for ever. The writers hold their files open in
/// append mode, so a log is copied and cut rather than renamed under them.
pub(crate) async fn keep_bounded(home: Home) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        for entry in fs::read_dir(home.log()).into_iter().flatten().flatten() {
            let path = entry.path();
            let large = entry.metadata().is_ok_and(|data| data.len() > SIZE_LIMIT);
            if large && path.extension().is_some_and(|extension| extension == "log") {
                if let Err(error) = cut(&path) {
                    tracing::warn!(path = %path.display(), %error, "cannot rotate the log");
                }
            }
        }
    }
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
