//! nginx with the same generated configuration as in production, on unprivileged ports.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::Signal;
use spec::nginx::{LocalPaths, Site};
use spec::{RenderedFile, Spec};

use super::locate::{self, LocateError};
use super::process::Program;
use crate::home::Home;
use crate::local_authority::LocalAuthority;

/// An installed nginx.
#[derive(Debug, Clone)]
pub(crate) struct Nginx {
    home: Home,
    program: PathBuf,
    pub(crate) version: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum NginxError {
    #[error(transparent)]
    Locate(#[from] LocateError),
    #[error("cannot write the configuration of nginx")]
    Files(#[from] io::Error),
    #[error("nginx refuses its configuration:\n{0}")]
    Configuration(String),
}

/// Where nginx listens and whom it passes requests to.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub(crate) http_port: u16,
    pub(crate) https_port: u16,
    /// Port of each service by its name.
    pub(crate) services: Vec<(&'static str, u16)>,
}

impl Nginx {
    pub(crate) fn locate(home: &Home) -> Result<Self, NginxError> {
        let program = locate::on_path(&["nginx"])
            .ok_or(LocateError::Missing { title: "nginx", package: "nginx" })?;
        let version = locate::number(&locate::version(&program, "-v")?);
        Ok(Self { home: home.clone(), program, version })
    }

    /// Writes the configuration and lets nginx test it.
    pub(crate) async fn prepare(&self, files: &[RenderedFile]) -> Result<(), NginxError> {
        let folder = self.home.nginx();
        // A file that is not rendered any more must not be included.
        drop(fs::remove_dir_all(folder.join("conf.d")));
        // One of a run that was killed would pass for readiness.
        drop(fs::remove_file(pid_file(&self.home)));
        for file in files {
            let path = folder.join(&file.path);
            fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            fs::write(&path, &file.contents)?;
        }
        fs::create_dir_all(folder.join("temp"))?;
        self.own_all(&folder)?;
        self.test().await
    }

    pub(crate) fn program(&self) -> Program {
        Program {
            name: "nginx",
            title: "nginx",
            path: self.program.clone(),
            args: self.arguments(),
            env: Vec::new(),
            account: self.home.account().cloned(),
            stop: Signal::QUIT,
        }
    }

    /// Whether the master process has opened its ports: it writes its pid file after that.
    pub(crate) fn is_ready(&self) -> bool {
        fs::metadata(pid_file(&self.home)).is_ok_and(|file| file.len() > 0)
    }

    fn arguments(&self) -> Vec<std::ffi::OsString> {
        let folder = self.home.nginx();
        vec![
            "-p".into(),
            folder.clone().into(),
            "-c".into(),
            folder.join("nginx.conf").into(),
            "-e".into(),
            "stderr".into(),
        ]
    }

    /// Lets nginx read the configuration without starting.
    pub(crate) async fn test(&self) -> Result<(), NginxError> {
        let null = fs::File::open("/dev/null")?;
        let mut command = self.program().command(&null)?;
        command.arg("-t").stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = command.output().await?;
        if output.status.success() {
            return Ok(());
        }
        Err(NginxError::Configuration(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }

    fn own_all(&self, folder: &Path) -> io::Result<()> {
        let Some(account) = self.home.account() else { return Ok(()) };
        account.own(folder)?;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { self.own_all(&path)? } else { account.own(&path)? }
        }
        Ok(())
    }
}

/// The configuration of a home.
pub(crate) fn render(home: &Home, spec: &Spec, edge: &Edge) -> Vec<RenderedFile> {
    let mut site = Site::local(spec, &home.root().to_string_lossy());
    let tls = LocalAuthority::paths(home);
    site.http_port = edge.http_port;
    site.https_port = edge.https_port;
    site.certificate = tls.chain.display().to_string();
    site.key = tls.key.display().to_string();
    for (name, port) in &edge.services {
        site.upstreams.insert((*name).to_owned(), format!("127.0.0.1:{port}"));
    }
    site.local = Some(LocalPaths {
        pid: pid_file(home).display().to_string(),
        temp: home.nginx().join("temp").display().to_string(),
    });
    spec::nginx::render(spec, &site)
}

fn pid_file(home: &Home) -> PathBuf {
    home.nginx().join("nginx.pid")
}
