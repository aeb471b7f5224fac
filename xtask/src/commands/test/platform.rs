//! The platform as it ships, in a home of its own on ports of its own, beside whatever else runs on
//! this machine.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process::Program;
use crate::repository;

/// See the [module](self).
pub(super) struct Platform {
    pub(super) home: PathBuf,
    pub(super) config: PathBuf,
    pub(super) ports: Ports,
}

impl Platform {
    /// Starts one in a folder of this name under the target folder.
    pub(super) fn start(name: &str) -> Result<Self> {
        let folder = repository::target().join(name);
        let platform = Self {
            home: folder.join("home"),
            config: folder.join("nexus.toml"),
            ports: Ports::free()?,
        };
        // A run that was killed may have left one behind; its own command stops it.
        if platform.home.exists() {
            platform.nexus(&["down"]).succeeds();
            fs::remove_dir_all(&platform.home)?;
        }
        fs::create_dir_all(&folder)?;
        fs::write(&platform.config, platform.ports.settings())?;
        platform.nexus(&["up", "--detach"]).run()?;
        Ok(platform)
    }

    pub(super) fn nexus(&self, args: &[&str]) -> Program {
        // Nothing of the person's own settings may lead to another database.
        Program::new(repository::target().join("debug/nexus"))
            .args(args)
            .env("NEXUS_HOME", &self.home)
            .env("NEXUS_CONFIG", &self.config)
            .env("DATABASE_URL", "")
            .env("REDIS_URL", "")
            .in_folder(repository::root())
    }
}

/// Ports that were free when they were chosen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ports {
    pub(super) postgres: u16,
    pub(super) redis: u16,
    pub(super) http: u16,
    pub(super) https: u16,
    pub(super) gateway_api: u16,
    pub(super) streamcore: u16,
    pub(super) rtmp: u16,
    pub(super) viewers: u16,
}

impl Ports {
    fn free() -> Result<Self> {
        // Held together until all are chosen, so that no two are the same.
        let listeners: Vec<TcpListener> =
            (0..8).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
        let ports: Vec<u16> = listeners
            .iter()
            .map(|listener| Ok(listener.local_addr()?.port()))
            .collect::<Result<_>>()?;
        let [postgres, redis, http, https, gateway_api, streamcore, rtmp, viewers] = ports[..]
        else {
            bail!("eight ports were asked for");
        };
        Ok(Self { postgres, redis, http, https, gateway_api, streamcore, rtmp, viewers })
    }

    fn settings(&self) -> String {
        let Self { postgres, redis, http, https, gateway_api, streamcore, rtmp, viewers } = self;
        format!(
            "[up]\npostgres_port = {postgres}\nredis_port = {redis}\nhttp_port = {http}\n\
             https_port = {https}\n\n[serve]\ngateway_api_port = {gateway_api}\n\
             streamcore_port = {streamcore}\n\n[streamcore]\nrtmp_port = {rtmp}\n\
             viewer_port = {viewers}\n"
        )
    }
}
