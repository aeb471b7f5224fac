//! Python programs in an environment of this repository only, under `target/toolchain`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::packages::{self, PYTHON};
use crate::output::Progress;
use crate::process::Program;
use crate::repository;

/// The Python of an environment with these packages, made when it is not there yet.
pub(crate) fn provide(
    name: &str,
    wanted: &[&str],
    may_install: bool,
    progress: &Progress,
) -> Result<Program> {
    let folder = repository::target().join("toolchain").join(name);
    let python = Program::new(folder.join("bin/python"));
    let there = python.clone().args(["-m", "pip", "freeze"]).output().unwrap_or_default();
    if wanted.iter().all(|package| there.lines().any(|line| line == *package)) {
        return Ok(python);
    }
    if !may_install {
        bail!("{} are missing; leave out --no-install", wanted.join(", "));
    }
    packages::install(&[PYTHON], true, progress)?;
    progress.stage(&format!("installing {}", wanted.join(", ")));
    environment(&folder, progress)?;
    python
        .clone()
        .args(["-m", "pip", "install", "--quiet"])
        .args(wanted.iter().copied())
        .run()
        .with_context(|| format!("{} cannot be installed", wanted.join(", ")))?;
    Ok(python)
}

/// The Python of an environment with the packages of a list of versions and hashes, made anew when
/// the list has changed.
pub(crate) fn locked(
    name: &str,
    list: &Path,
    may_install: bool,
    progress: &Progress,
) -> Result<Program> {
    let folder = repository::target().join("toolchain").join(name);
    let python = Program::new(folder.join("bin/python"));
    let (wanted, installed) = (fs::read(list)?, folder.join("installed.txt"));
    if fs::read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(python);
    }
    if !may_install {
        bail!("the packages of {} are missing; leave out --no-install", list.display());
    }
    packages::install(&[PYTHON], true, progress)?;
    progress.stage(&format!("installing the Python packages of {name}"));
    environment(&folder, progress)?;
    python
        .clone()
        .args(["-m", "pip", "install", "--quiet", "--require-hashes", "--requirement"])
        .args([list])
        .run()
        .with_context(|| format!("the packages of {} cannot be installed", list.display()))?;
    fs::write(installed, wanted)?;
    Ok(python)
}

/// Makes an empty environment.
pub(super) fn environment(folder: &Path, progress: &Progress) -> Result<()> {
    if Program::new("python3").args(["-m", "venv"]).args([folder]).run().is_ok() {
        return Ok(());
    }
    // Debian's python3 without python3-venv gets this far and no further.
    packages::install_always(PYTHON.packages, progress)?;
    Program::new("python3").args(["-m", "venv", "--clear"]).args([folder]).run()
}
