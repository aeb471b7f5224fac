//! The platform as it ships, in a home of its own on ports of its own, watched in Chromium.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::commands::up;
use crate::machine::node::Node;
use crate::output::Progress;
use crate::process::Program;
use crate::{repository, web};

/// Where the scenarios publish.
#[derive(Debug, Deserialize)]
struct Stream {
    server: String,
    key: String,
    watch: String,
}

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
}

impl Platform {
    fn start() -> Result<Self> {
        let folder = repository::target().join("end-to-end");
        let platform = Self { home: folder.join("home"), config: folder.join("nexus.toml") };
        // A run that was killed may have left one behind; its own command stops it.
        if platform.home.exists() {
            platform.nexus(&["down"]).succeeds();
            fs::remove_dir_all(&platform.home)?;
        }
        fs::create_dir_all(&folder)?;
        fs::write(&platform.config, settings()?)?;
        platform.nexus(&["up", "--detach"]).run()?;
        Ok(platform)
    }

    fn play(&self, node: &Node) -> Result<()> {
        self.nexus(&["validate"]).run()?;
        let answer = self
            .nexus(&[
                "admin",
                "--json",
                "stream-key",
                "create",
                "--slug",
                "e2e",
                "--title",
                "End to end",
            ])
            .output()?;
        let stream: Stream = serde_json::from_str(&answer).context("no stream key was given")?;
        let tv = stream.watch.split("/watch/").next().unwrap_or_default();
        node.npm()
            .args(["run", "--silent", "e2e"])
            .env("NEXUS_TV_URL", tv)
            .env("NEXUS_RTMP_URL", &stream.server)
            .env("NEXUS_STREAM_KEY", &stream.key)
            .env("NEXUS_STREAM_SLUG", "e2e")
            .env("NEXUS_CA", self.home.join("tls/local-authority.pem"))
            .env("NEXUS_E2E_OUT", repository::target().join("end-to-end/pictures"))
            .run()
    }

    fn nexus(&self, args: &[&str]) -> Program {
        // Nothing of the person's own settings may lead to another database.
        Program::new(repository::target().join("debug/nexus"))
            .args(args)
            .env("NEXUS_HOME", as_env(&self.home))
            .env("NEXUS_CONFIG", as_env(&self.config))
            .env("DATABASE_URL", "")
            .env("REDIS_URL", "")
            .in_folder(repository::root())
    }
}

fn as_env(path: &Path) -> std::ffi::OsString {
    path.as_os_str().to_owned()
}

/// Settings with ports that are free now.
fn settings() -> Result<String> {
    // Held together until all are chosen, so that no two are the same.
    let listeners: Vec<TcpListener> =
        (0..7).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
    let ports: Vec<u16> = listeners
        .iter()
        .map(|listener| Ok(listener.local_addr()?.port()))
        .collect::<Result<_>>()?;
    let [postgres, redis, http, https, gateway, streamcore, rtmp] = ports[..] else {
        anyhow::bail!("seven ports were asked for");
    };
    Ok(format!(
        "[up]\npostgres_port = {postgres}\nredis_port = {redis}\nhttp_port = {http}\n\
         https_port = {https}\n\n[serve]\ngateway_api_port = {gateway}\n\
         streamcore_port = {streamcore}\n\n[streamcore]\nrtmp_port = {rtmp}\n"
    ))
}
