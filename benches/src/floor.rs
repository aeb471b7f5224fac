//! The floor: nginx that serves recorded bytes from files, over the same TLS and HTTP/2.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};

use crate::{part::Rendition, process::Watched, scout::Step};

/// A running nginx with its files; both end with it.
#[derive(Debug)]
pub struct Floor {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// The certificate to trust, PEM.
    pub certificate: String,
    _files: TempDir,
}

impl Floor {
    /// Writes what was recorded into files and starts nginx on them, with a certificate for `host`.
    pub async fn start(host: &str, recorded: &[(Rendition, &[Step])]) -> anyhow::Result<Self> {
        let files = TempDir::new()?;
        for (rendition, steps) in recorded {
            write_steps(&files.path().join("www").join(rendition.name()), steps)?;
        }
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(vec![host.to_owned()])?.self_signed(&key)?.pem();
        fs::write(files.path().join("certificate.pem"), &certificate)?;
        fs::write(files.path().join("key.pem"), key.serialize_pem())?;
        let address = free_address().await?;
        fs::write(files.path().join("nginx.conf"), configuration(address))?;
        let child = Command::new("nginx")
            .arg("-p")
            .arg(files.path())
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start nginx: install it with `apt install nginx`")?;
        let mut floor = Self { child, address, certificate, _files: files };
        floor.wait().await?;
        Ok(floor)
    }

    /// The process, for counting its CPU time.
    pub fn process(&self) -> Watched {
        Watched { name: "nginx static".to_owned(), pid: self.child.id() }
    }

    async fn wait(&mut self) -> anyhow::Result<()> {
        for _ in 0..100 {
            if TcpStream::connect(self.address).await.is_ok() {
                return Ok(());
            }
            ensure!(self.child.try_wait()?.is_none(), "nginx ended at once");
            sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("nginx does not listen on {} after 5 s", self.address)
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        // SIGQUIT would wait for connections; SIGTERM lets the master end its workers.
        drop(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status());
        drop(self.child.wait());
    }
}

fn write_steps(folder: &Path, steps: &[Step]) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    for (number, step) in steps.iter().enumerate() {
        fs::write(folder.join(format!("{number}.m3u8")), &step.playlist)?;
        for (part, bytes) in step.parts.iter().enumerate() {
            fs::write(folder.join(format!("{number}.{part}.m4s")), bytes)?;
        }
    }
    Ok(())
}

async fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?)
}

/// As lean as nginx gets: no log, files by sendfile, one worker per core.
fn configuration(address: SocketAddr) -> String {
    format!(
        "daemon off; worker_processes auto; worker_rlimit_nofile 65536; pid nginx.pid;\n\
         events {{ worker_connections 16384; }}\n\
         http {{\n  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;\n  \
         keepalive_timeout 600; open_file_cache max=20000 inactive=600s;\n  \
         client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n  \
         uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n  \
         types {{ application/vnd.apple.mpegurl m3u8; video/mp4 m4s; }}\n  \
         server {{\n    listen {address} ssl http2;\n    root www;\n    \
         ssl_certificate certificate.pem; ssl_certificate_key key.pem;\n    \
         ssl_protocols TLSv1.2 TLSv1.3;\n  }}\n}}\n"
    )
}
