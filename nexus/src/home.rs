//! The folder that holds everything `nexus up` keeps: data, secrets, certificates, logs.

pub(crate) mod account;
pub(crate) mod lock;
pub(crate) mod logs;
pub(crate) mod ports;
pub(crate) mod private_file;

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use account::Account;

use crate::settings::{AUDIT, MAIL, SERVICE_SECRETS};

/// Folder of a home with certificates.
pub(crate) const TLS: &str = "tls";
/// Folder of the databases.
const DATA: &str = "data";
/// Where homes live when the account of the engines cannot enter the folder that was asked for.
const FALLBACK: &str = "/var/lib/nexus-cos";
/// A home starts only with room for a database, its write-ahead log and the logs.
const FREE_SPACE_FLOOR: u64 = 512 << 20;

/// An opened home folder. All paths are absolute.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    root: PathBuf,
    account: Option<Account>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum HomeError {
    #[error("cannot use {} as the home folder; make it writable for this user, or choose another one with --home", path.display())]
    Unusable { path: PathBuf, source: io::Error },
    #[error("only {free_mib} MiB are free under {}, at least {} are needed; free some space, or choose another disk with --home", path.display(), FREE_SPACE_FLOOR >> 20)]
    Full { path: PathBuf, free_mib: u64 },
    #[error(
        "running as root needs an unprivileged account for the engines, and neither `postgres` nor `nobody` exists; run as another user"
    )]
    NoAccount,
    #[error("{} holds no Nexus home; start one with `nexus up`, or name it with --home", .0.display())]
    Missing(PathBuf),
}

impl Home {
    /// Opens the home at `path` and makes its folders where they are missing.
    pub(crate) fn create(path: &Path) -> Result<Self, HomeError> {
        let unusable = |source| HomeError::Unusable { path: path.to_owned(), source };
        let account = Account::for_engines(&path.join(DATA)).map_err(unusable)?;
        if account.is_none() && rustix::process::geteuid().is_root() {
            return Err(HomeError::NoAccount);
        }
        let root = place(path, account.as_ref()).map_err(unusable)?;
        let home = Self { root, account };
        home.make_folders().map_err(unusable)?;
        home.check_space()?;
        Ok(home)
    }

    /// Opens a home that exists already.
    pub(crate) fn existing(path: &Path) -> Result<Self, HomeError> {
        let missing = || HomeError::Missing(path.to_owned());
        let root = path.canonicalize().map_err(|_| missing())?;
        if !root.join("run").is_dir() {
            return Err(missing());
        }
        let account = Account::for_engines(&root.join(DATA))
            .map_err(|source| HomeError::Unusable { path: path.to_owned(), source })?;
        Ok(Self { root, account })
    }

    /// The account that the engines run as, when it is not ours.
    pub(crate) fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Databases; owned by the engines.
    pub(crate) fn data(&self) -> PathBuf {
        self.root.join(DATA)
    }

    /// Checkpoints of the audit log; owned by the services.
    pub(crate) fn audit(&self) -> PathBuf {
        self.root.join(AUDIT)
    }

    /// Lock, process records, generated configuration.
    pub(crate) fn run(&self) -> PathBuf {
        self.root.join("run")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    pub(crate) fn tls(&self) -> PathBuf {
        self.root.join(TLS)
    }

    pub(crate) fn secrets(&self) -> PathBuf {
        self.root.join("secrets")
    }

    pub(crate) fn nginx(&self) -> PathBuf {
        self.root.join("nginx")
    }

    pub(crate) fn lock_file(&self) -> PathBuf {
        self.run().join("up.lock")
    }

    fn make_folders(&self) -> io::Result<()> {
        // The engines must pass through; they may not list.
        let passage = if self.account.is_some() { 0o711 } else { 0o700 };
        for (folder, mode, engines_own) in [
            (self.root.clone(), passage, false),
            (self.run(), passage, false),
            (self.tls(), passage, false),
            (self.secrets(), passage, false),
            (self.root.join(SERVICE_SECRETS), 0o700, true),
            (self.root.join(MAIL), 0o700, true),
            (self.data(), 0o700, true),
            (self.log(), 0o700, true),
            (self.audit(), 0o700, true),
            (self.nginx(), 0o700, true),
        ] {
            DirBuilder::new().recursive(true).mode(mode).create(&folder)?;
            fs::set_permissions(&folder, Permissions::from_mode(mode))?;
            if let Some(account) = self.account.as_ref().filter(|_| engines_own) {
                account.own(&folder)?;
            }
        }
        Ok(())
    }

    fn check_space(&self) -> Result<(), HomeError> {
        let unusable = |source: io::Error| HomeError::Unusable { path: self.root.clone(), source };
        let disk = rustix::fs::statvfs(&self.root).map_err(|error| unusable(error.into()))?;
        let free = disk.f_bavail * disk.f_frsize;
        if free < FREE_SPACE_FLOOR {
            return Err(HomeError::Full { path: self.root.clone(), free_mib: free >> 20 });
        }
        Ok(())
    }
}

/// Makes the folder of a home and answers its absolute path. A home that the engines could not
/// enter (under `/root`, say) is put under [`FALLBACK`], with a link where it was asked for.
fn place(path: &Path, account: Option<&Account>) -> io::Result<PathBuf> {
    let wanted = std::path::absolute(path)?;
    let unreachable = account.is_some_and(|account| !account.can_enter(parent(&wanted)));
    if !unreachable || wanted.is_symlink() {
        fs::create_dir_all(&wanted)?;
        return wanted.canonicalize();
    }
    let name = wanted.to_string_lossy().trim_matches('/').replace('/', "-");
    let actual = Path::new(FALLBACK).join(name);
    if wanted.exists() {
        // What other tools keep here (a tool chain, say) moves along.
        fs::create_dir_all(FALLBACK)?;
        fs::rename(&wanted, &actual)?;
    }
    fs::create_dir_all(&actual)?;
    symlink(&actual, &wanted)?;
    actual.canonicalize()
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

#[cfg(test)]
impl Home {
    /// A home in a temporary folder that the account of the engines can enter.
    pub(crate) fn for_test() -> (tempfile::TempDir, Self) {
        let folder = tempfile::tempdir_in("/var/tmp").unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let home = Self::create(&folder.path().join("home")).unwrap();
        (folder, home)
    }
}
