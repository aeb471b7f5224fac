//! The platform as it ships, watched in Chromium.

use anyhow::Result;

use crate::commands::up;
use crate::machine::node::Node;
use crate::output::Progress;
use crate::platform::{Platform, Ports};
use crate::{repository, web};

pub(super) fn run(node: &Node) -> Result<()> {
    web::build(node, &Progress::start())?;
    up::build()?;
    let platform = Platform::start("end-to-end", "debug")?;
    let result = play(&platform, node);
    let stopped = platform.nexus(&["down"]).run();
    result.and(stopped)
}

fn play(platform: &Platform, node: &Node) -> Result<()> {
    platform.nexus(&["validate"]).run()?;
    let Ports { https, rtmp, .. } = platform.ports;
    node.npm()
        .args(["run", "--silent", "e2e"])
        .env("NEXUS_TV_URL", format!("https://tv.nexuscos.localhost:{https}"))
        .env("NEXUS_CONSOLE_URL", format!("https://nexuscos.localhost:{https}"))
        .env("NEXUS_RTMP_URL", format!("rtmp://127.0.0.1:{rtmp}/live"))
        // Every scenario registers a stream of its own.
        .env("NEXUS_ADMIN", format!("{} admin", platform.program.display()))
        .env("NEXUS_HOME", &platform.home)
        .env("NEXUS_CONFIG", &platform.config)
        .env("NEXUS_CA", platform.authority())
        .env("NEXUS_E2E_OUT", repository::target().join("end-to-end/pictures"))
        .run()
}
