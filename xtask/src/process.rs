//! Other programs: run with their output shown, or read.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// A program about to be run.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    name: OsString,
    args: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
}

impl Program {
    pub(crate) fn new(name: impl Into<OsString>) -> Self {
        Self { name: name.into(), args: Vec::new(), environment: Vec::new(), folder: None }
    }

    pub(crate) fn args<T: Into<OsString>>(mut self, args: impl IntoIterator<Item = T>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    pub(crate) fn in_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Runs it with its output shown; anything but success is an error.
    pub(crate) fn run(&self) -> Result<()> {
        let status = self.command().stdin(Stdio::null()).status().with_context(|| self.absent())?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.shown());
        }
        Ok(())
    }

    /// Runs it beside this program, its standard output dropped, until the value is dropped.
    pub(crate) fn beside(&self) -> Result<Beside> {
        let child = self.command().stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        Ok(Beside(child.with_context(|| self.absent())?))
    }

    /// Whether it runs and succeeds; its output is dropped.
    pub(crate) fn succeeds(&self) -> bool {
        self.command()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Runs it and returns its standard output; anything but success is an error that quotes it.
    pub(crate) fn output(&self) -> Result<String> {
        let output = self.command().stdin(Stdio::null()).output().with_context(|| self.absent())?;
        if !output.status.success() {
            bail!(
                "`{}` failed ({}): {}",
                self.shown(),
                output.status,
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it with `input` on its standard input.
    pub(crate) fn feed(&self, input: &str) -> Result<()> {
        let mut child = self
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| self.absent())?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.shown());
        }
        Ok(())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.name);
        command.args(&self.args);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command
    }

    fn absent(&self) -> String {
        format!("`{}` cannot be started", self.name.to_string_lossy())
    }

    fn shown(&self) -> String {
        let words = std::iter::once(&self.name).chain(&self.args);
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }
}

/// A program that runs beside this one; killed when dropped.
#[derive(Debug)]
pub(crate) struct Beside(Child);

impl Drop for Beside {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Program {
    Program::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .in_folder(crate::repository::root())
}

/// Where a program is found: in `PATH`, or where Debian keeps programs for administrators.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// `PATH` with `folder` in front.
pub(crate) fn path_with(folder: &Path) -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(
        folders.map(|folder| -> OsString { AsRef::<OsStr>::as_ref(&folder).into() }),
    )
    .context("PATH cannot be extended")
}
