//! A private Valkey or Redis: loopback only, a password, every write on disk within a second.

use std::io;
use std::path::PathBuf;

use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::locate::{self, LocateError};
use super::process::Program;
use crate::home::{Home, private_file};

/// File among the secrets of a home that holds the password.
pub(crate) const SECRET: &str = "redis";

/// An installed server of the Redis protocol with the folder it keeps its data in.
#[derive(Debug, Clone)]
pub(crate) struct Redis {
    home: Home,
    program: PathBuf,
    pub(crate) title: &'static str,
    pub(crate) version: String,
    pub(crate) port: u16,
    password: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum RedisError {
    #[error(transparent)]
    Locate(#[from] LocateError),
    #[error("cannot write the configuration of the Redis server")]
    Files(#[from] io::Error),
}

impl Redis {
    /// Finds Valkey, or else Redis, without changing anything but the password file.
    pub(crate) fn locate(home: &Home, port: u16) -> Result<Self, RedisError> {
        let program = locate::on_path(&["valkey-server", "redis-server"])
            .ok_or(LocateError::Missing { title: "Valkey or Redis", package: "redis-server" })?;
        let version = locate::number(&locate::version(&program, "--version")?);
        let title = if program.ends_with("valkey-server") { "Valkey" } else { "Redis" };
        let password = private_file::secret(&home.secrets().join(SECRET))?;
        Ok(Self { home: home.clone(), program, title, version, port, password })
    }

    /// Writes the configuration, which holds the password, and makes the data folder.
    pub(crate) fn prepare(&self) -> Result<(), RedisError> {
        let folder = self.folder();
        std::fs::create_dir_all(&folder)?;
        if let Some(account) = self.home.account() {
            account.own(&folder)?;
        }
        let text = format!(
            "bind 127.0.0.1\nport {}\nprotected-mode yes\ndaemonize no\nlogfile \"\"\n\
             requirepass {}\ndir \"{}\"\nappendonly yes\nappendfsync everysec\n\
             maxmemory-policy noeviction\n",
            self.port,
            self.password,
            folder.display(),
        );
        Ok(private_file::write(&self.configuration(), text.as_bytes(), self.home.account())?)
    }

    pub(crate) fn program(&self) -> Program {
        Program {
            name: "redis",
            title: self.title,
            path: self.program.clone(),
            args: vec![self.configuration().into_os_string()],
            env: Vec::new(),
            account: self.home.account().cloned(),
            stop: Signal::TERM,
        }
    }

    /// Whether the server answers PING, which it does only after loading its data.
    pub(crate) async fn is_ready(&self) -> bool {
        self.ping().await.is_ok_and(|answer| answer.ends_with(b"+PONG\r\n"))
    }

    /// The address that the services connect to; it holds the password.
    pub(crate) fn url(&self) -> String {
        url(&self.password, self.port)
    }

    async fn ping(&self) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        let request = format!("AUTH {}\r\nPING\r\nQUIT\r\n", self.password);
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(4096).read_to_end(&mut answer).await?;
        // The answer to QUIT.
        Ok(answer.strip_suffix(b"+OK\r\n").unwrap_or(&answer).to_vec())
    }

    fn folder(&self) -> PathBuf {
        self.home.data().join("redis")
    }

    fn configuration(&self) -> PathBuf {
        self.home.run().join("redis.conf")
    }
}

/// The address of the private server on `port`.
pub(crate) fn url(password: &str, port: u16) -> String {
    format!("redis://:{password}@127.0.0.1:{port}/0")
}
