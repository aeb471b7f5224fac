//! Files that only their owner may read, written so that a crash leaves the old or the new one.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::account::Account;

/// Writes `contents` to `path` with mode 0600, owned by `owner` or by ourselves.
pub(crate) fn write(path: &Path, contents: &[u8], owner: Option<&Account>) -> io::Result<()> {
    let fresh = path.with_extension("new");
    // A left-over from a crash may carry other permissions.
    drop(fs::remove_file(&fresh));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(contents)?;
    file.sync_all()?;
    if let Some(owner) = owner {
        owner.own(&fresh)?;
    }
    fs::rename(&fresh, path)
}

/// Reads the secret at `path`; makes one of 64 hexadecimal digits when there is none.
pub(crate) fn secret(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Ok(_) => create_secret(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create_secret(path),
        Err(error) => Err(error),
    }
}

/// The permission bits of `path`.
pub(crate) fn mode(path: &Path) -> io::Result<u32> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o777)
}

fn create_secret(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    for byte in rand::random::<[u8; 32]>() {
        // Writing to a String cannot fail.
        _ = std::fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
    }
    write(path, text.as_bytes(), None)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_kept_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("redis");
        let first = secret(&path).unwrap();
        assert_eq!(first.len(), 64);
        assert_eq!(secret(&path).unwrap(), first);
        assert_eq!(mode(&path).unwrap(), 0o600);
    }
}
