//! The platform as it ships, in a home of its own on ports of its own, watched in Chromium.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::commands::up;
use crate::machine::node::Node;
use crate::output::Progress;
use crate::process::Program;
use crate::{repository, web};

pub(super) fn run(node: &Node) -> Result<()> {
    web::build(node, &Progress::start())?;
    up::build()?;
    let platform = Platform::start()?;
    let result = platform.play(node);
    let stopped = platform.nexus(&["down"]).run();
    result.and(stopped)
}

/// A platform of its own, beside whatever else runs on this machine.
struct Platform {
    home: PathBuf,
    config: PathBuf,
    ports: Ports,
}

impl Platform {
    fn start() -> Result<Self> {
        let folder = repository::target().join("end-to-end");
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

    fn play(&self, node: &Node) -> Result<()> {
        self.nexus(&["validate"]).run()?;
        let program = repository::target().join("debug/nexus");
        let Ports { https, rtmp, .. } = self.ports;
        node.npm()
            .args(["run", "--silent", "e2e"])
            .env("NEXUS_TV_URL", format!("https://tv.nexuscos.localhost:{https}"))
            .env("NEXUS_CONSOLE_URL", format!("https://nexuscos.localhost:{https}"))
            .env("NEXUS_RTMP_URL", format!("rtmp://127.0.0.1:{rtmp}/live"))
            // Every scenario registers a stream of its own.
            .env("NEXUS_ADMIN", format!("{} admin", program.display()))
            .env("NEXUS_HOME", &self.home)
            .env("NEXUS_CONFIG", &self.config)
            .env("NEXUS_CA", self.home.join("tls/local-authority.pem"))
            .env("NEXUS_E2E_OUT", repository::target().join("end-to-end/pictures"))
            .run()
    }

    fn nexus(&self, args: &[&str]) -> Program {
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
struct Ports {
    postgres: u16,
    redis: u16,
    http: u16,
    https: u16,
    gateway_api: u16,
    streamcore: u16,
    rtmp: u16,
    viewers: u16,
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
