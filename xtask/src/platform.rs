//! A platform of its own, in a home of its own on ports of its own, beside whatever else runs here.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process::Program;
use crate::repository;

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Platform {
    pub(crate) program: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) config: PathBuf,
    pub(crate) ports: Ports,
}

impl Platform {
    /// Starts `profile`'s build of the program in the folder `name` of the target folder.
    pub(crate) fn start(name: &str, profile: &str) -> Result<Self> {
        let folder = repository::target().join(name);
        let platform = Self {
            program: repository::target().join(profile).join("nexus"),
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

    /// A command of its program.
    pub(crate) fn nexus(&self, args: &[&str]) -> Program {
        // Nothing of the person's own settings may lead to another database.
        Program::new(&self.program)
            .args(args)
            .env("NEXUS_HOME", &self.home)
            .env("NEXUS_CONFIG", &self.config)
            .env("DATABASE_URL", "")
            .env("REDIS_URL", "")
            .in_folder(repository::root())
    }

    /// The authority that signed its certificates, PEM.
    pub(crate) fn authority(&self) -> PathBuf {
        self.home.join("tls/local-authority.pem")
    }
}

/// Ports that were free when they were chosen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    postgres: u16,
    redis: u16,
    pub(crate) http: u16,
    pub(crate) https: u16,
    pub(crate) gateway_api: u16,
    pub(crate) streamcore: u16,
    pub(crate) rtmp: u16,
    pub(crate) viewers: u16,
    webrtc: u16,
}

impl Ports {
    fn free() -> Result<Self> {
        // Held together until all are chosen, so that no two are the same.
        let listeners: Vec<TcpListener> =
            (0..9).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
        let ports: Vec<u16> = listeners
            .iter()
            .map(|listener| Ok(listener.local_addr()?.port()))
            .collect::<Result<_>>()?;
        let [postgres, redis, http, https, gateway_api, streamcore, rtmp, viewers, webrtc] =
            ports[..]
        else {
            bail!("nine ports were asked for");
        };
        Ok(Self { postgres, redis, http, https, gateway_api, streamcore, rtmp, viewers, webrtc })
    }

    fn settings(&self) -> String {
        let Self { postgres, redis, http, https, gateway_api, streamcore, rtmp, viewers, webrtc } =
            self;
        format!(
            "[up]\npostgres_port = {postgres}\nredis_port = {redis}\nhttp_port = {http}\n\
             https_port = {https}\n\n[serve]\ngateway_api_port = {gateway_api}\n\
             streamcore_port = {streamcore}\n\n[streamcore]\nrtmp_port = {rtmp}\n\
             viewer_port = {viewers}\nwebrtc_port = {webrtc}\n"
        )
    }
}
