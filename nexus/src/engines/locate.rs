//! Finds the engines that the system's packages installed.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders that a plain user's PATH lacks although servers are installed there.
const MORE_FOLDERS: [&str; 2] = ["/usr/local/sbin", "/usr/sbin"];

#[derive(Debug, thiserror::Error)]
pub(crate) enum LocateError {
    #[error("{title} is not installed; install it with `apt-get install {package}`")]
    Missing { title: &'static str, package: &'static str },
    #[error("the data in {} was made by PostgreSQL {made_by}, which is not installed; install it with `apt-get install postgresql-{made_by}`", data.display())]
    OtherPostgres { data: PathBuf, made_by: String },
    #[error(
        "PostgreSQL {found} is too old, {needed} or newer is needed; install one with `apt-get install postgresql`"
    )]
    OldPostgres { found: String, needed: u32 },
    #[error("{} does not answer its version", .0.display())]
    Mute(PathBuf),
}

/// The first of `names` that is executable somewhere on the path.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> =
        std::env::split_paths(&path).chain(MORE_FOLDERS.map(PathBuf::from)).collect();
    names.iter().find_map(|name| {
        folders.iter().map(|folder| folder.join(name)).find(|file| is_executable(file))
    })
}

/// What `program` answers to `flag`, on either stream (nginx uses standard error).
pub(crate) fn version(program: &Path, flag: &str) -> Result<String, LocateError> {
    let mute = || LocateError::Mute(program.to_owned());
    let output = Command::new(program).arg(flag).output().map_err(|_| mute())?;
    let text = [output.stdout, output.stderr].concat();
    Ok(String::from_utf8_lossy(&text).trim().to_owned())
}

/// The first dotted number in `text`: `15.18` in `postgres (PostgreSQL) 15.18 (Debian …)`.
pub(crate) fn number(text: &str) -> String {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map(|word| word.trim_matches('.'))
        .find(|word| word.contains('.'))
        .unwrap_or_default()
        .to_owned()
}

pub(crate) fn is_executable(file: &Path) -> bool {
    rustix::fs::access(file, rustix::fs::Access::EXEC_OK).is_ok() && file.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_in_what_each_engine_prints() {
        for (text, expected) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "15.18"),
            ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", "7.0.15"),
            ("nginx version: nginx/1.22.1", "1.22.1"),
            ("nothing", ""),
        ] {
            assert_eq!(number(text), expected);
        }
    }
}
