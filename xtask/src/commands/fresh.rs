//! `cargo xtask fresh`: `cargo xtask up` as a newcomer meets it, on a Debian 12 made for the occasion.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;

use crate::output::Progress;
use crate::process::{Program, find};
use crate::repository;

/// What a Rust toolchain on Debian stands on; everything else is for `cargo xtask up` to install.
const BASE: &str = "ca-certificates,git,gcc,libc6-dev";

const MOUNTS: &str = "set -e
mount -t proc proc /proc
mkdir -p /dev/shm && mount -t tmpfs tmpfs /dev/shm
cd /src
";

/// The first run installs and builds everything, the second finds it done.
const ROUNDS: &str = "
for round in cold warm; do
    SECONDS=0
    cargo xtask up
    echo \"$round: $SECONDS s\"
done
target/debug/nexus down
";

/// Make a Debian 12 root with the Rust toolchain and nothing else, clone this repository into it and
/// run `cargo xtask up` twice. Needs root, debootstrap and a network.
#[derive(Debug, Args)]
pub(crate) struct Fresh {
    /// Folder for the new root; it must not exist yet and stays for inspection.
    folder: PathBuf,
    /// Files of this machine that its network needs (certificates, package settings), copied to the
    /// same place.
    #[arg(long, value_name = "PATH")]
    copy: Vec<PathBuf>,
    /// Environment variables that its network needs, passed on by name.
    #[arg(long, value_name = "NAME")]
    pass: Vec<String>,
    /// Archive to install Debian from, when it is not the official one.
    #[arg(long, value_name = "URL")]
    mirror: Option<String>,
}

impl Fresh {
    pub(crate) fn run(self) -> Result<()> {
        let progress = Progress::start();
        if find("debootstrap").is_none() {
            bail!("debootstrap is missing; install it with `apt-get install debootstrap`");
        }
        if self.folder.exists() {
            bail!("{} exists; name a folder that does not", self.folder.display());
        }
        progress.stage("installing Debian 12");
        let mut debootstrap = Program::new("debootstrap")
            .args(["--variant=minbase", &format!("--include={BASE}"), "bookworm"])
            .args([&self.folder]);
        if let Some(mirror) = &self.mirror {
            debootstrap = debootstrap.args([mirror]);
        }
        debootstrap.run()?;
        progress.stage("copying the Rust toolchain and cloning the repository");
        self.furnish()?;
        progress.stage("cargo xtask up, cold and warm");
        self.inside(ROUNDS)
    }

    fn furnish(&self) -> Result<()> {
        // The toolchain alone: no registry cache, no other installed programs, no manuals.
        let sysroot = Program::new("rustc").args(["--print", "sysroot"]).output()?;
        let sysroot = Path::new(sysroot.trim()).canonicalize()?;
        for part in ["bin", "lib"] {
            copy(&sysroot.join(part), &self.place("opt/rust").join(part))?;
        }
        for path in &self.copy {
            let inside = self.place(path.strip_prefix("/").unwrap_or(path));
            copy(path, &inside)?;
        }
        Program::new("git")
            .args(["clone", "--quiet", "--no-hardlinks"])
            .args([repository::root(), self.place("src")])
            .run()
    }

    /// Runs a shell script in the clone inside the root. Its processes end with it.
    fn inside(&self, rounds: &str) -> Result<()> {
        let path =
            "PATH=/opt/rust/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        let mut program = Program::new("unshare")
            .args(["--mount", "--propagation", "slave", "--pid", "--fork", "--kill-child"])
            .args(["chroot"])
            .args([&self.folder])
            .args(["/usr/bin/env", "-i", "HOME=/home", "LANG=C.UTF-8", path]);
        for name in &self.pass {
            if let Ok(value) = std::env::var(name) {
                program = program.args([format!("{name}={value}")]);
            }
        }
        program.args(["/bin/bash", "-c", &format!("{MOUNTS}{rounds}")]).run()
    }

    fn place(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.join(path)
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    Program::new("cp").args(["--archive", "--no-target-directory"]).args([from, to]).run()
}
