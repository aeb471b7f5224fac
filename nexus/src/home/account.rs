//! The unprivileged account that the engines run as when `nexus` is started by root.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;

/// A system account, read from the passwd file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Account {
    /// The account to drop to: `None` when we are not root and need none; whoever owns `data`, so
    /// that a home stays with the account that began it; `postgres` or `nobody` otherwise.
    pub(crate) fn for_engines(data: &Path) -> std::io::Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        if let Ok(data) = fs::metadata(data)
            && data.uid() != 0
        {
            return Ok(Some(Self { uid: data.uid(), gid: data.gid() }));
        }
        let passwd = fs::read_to_string("/etc/passwd")?;
        Ok(["postgres", "nobody"].iter().find_map(|name| find(&passwd, name)))
    }

    /// Whether this account may pass through every folder on the way to `path`.
    pub(crate) fn can_enter(&self, path: &Path) -> bool {
        path.ancestors().filter_map(|folder| fs::metadata(folder).ok()).all(|folder| {
            let bits = match (folder.uid() == self.uid, folder.gid() == self.gid) {
                (true, _) => folder.mode() >> 6,
                (false, true) => folder.mode() >> 3,
                (false, false) => folder.mode(),
            };
            bits & 1 == 1
        })
    }

    /// Makes this account the owner of `path`.
    pub(crate) fn own(&self, path: &Path) -> std::io::Result<()> {
        chown(path, Some(self.uid), Some(self.gid))
    }
}

fn find(passwd: &str, wanted: &str) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        fields.next().filter(|name| *name == wanted)?;
        let (uid, gid) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(Account { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn accounts_are_found_by_their_whole_name() {
        let passwd = "root:x:0:0::/root:/bin/bash\npostgres2:x:9:9::/:/bin/sh\n\
                      postgres:x:101:104:PG:/var/lib/postgresql:/bin/bash\n";
        let account = find(passwd, "postgres");
        assert_eq!(account, Some(Account { uid: 101, gid: 104 }));
        assert_eq!(find(passwd, "nobody"), None);
    }

    #[test]
    fn a_private_folder_stops_another_account() {
        let stranger = Account { uid: 54_321, gid: 54_321 };
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o700)).unwrap();
        assert!(stranger.can_enter(Path::new("/usr/bin")));
        assert!(!stranger.can_enter(folder.path()));
    }
}
