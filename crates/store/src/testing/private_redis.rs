use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::engines::{redis_server, wait_for};
use super::{TestEngineError, io_error};

/// A Redis server of one test alone, which the test may stop and start again. It keeps nothing.
#[derive(Debug)]
pub struct PrivateRedis {
    folder: TempDir,
    server: Option<Child>,
}

impl PrivateRedis {
    /// Starts one.
    pub async fn start() -> Result<Self, TestEngineError> {
        let folder = TempDir::new().map_err(io_error("a folder for redis cannot be made"))?;
        let mut redis = Self { folder, server: None };
        redis.restart().await?;
        Ok(redis)
    }

    /// URL of the server, the same after a restart.
    pub fn url(&self) -> String {
        format!("unix://{}", self.folder.path().join("socket").display())
    }

    /// Kills the server; what it held is lost.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            // Both fail only when it has ended already.
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    /// Starts the server again, after killing it if it runs.
    pub async fn restart(&mut self) -> Result<(), TestEngineError> {
        self.kill();
        let socket = self.folder.path().join("socket");
        let _ = std::fs::remove_file(&socket);
        let server = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--"])
            .arg(redis_server()?)
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--dir"])
            .arg(self.folder.path())
            .arg("--unixsocket")
            .arg(&socket)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(io_error("redis cannot be started"))?;
        self.server = Some(server);
        wait_for(&socket).await
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        self.kill();
    }
}
