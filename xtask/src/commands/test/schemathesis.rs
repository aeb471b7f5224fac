//! Every endpoint with everything that schemathesis can think of, against a platform of its own.

use anyhow::Result;

use crate::commands::up;
use crate::machine::python;
use crate::output::Progress;
use crate::platform::{Platform, Ports};
use crate::process::Program;
use crate::repository;

/// Its version, and so what it can think of, changes only when this does.
const PACKAGES: &[&str] = &["schemathesis==4.32.5"];

pub(super) fn run(may_install: bool, seconds: u32) -> Result<()> {
    let python = python::provide("schemathesis", PACKAGES, may_install, &Progress::start())?;
    up::build()?;
    let platform = Platform::start("schemathesis", "debug")?;
    let result = throw(&platform, &python, seconds);
    let stopped = platform.nexus(&["down"]).run();
    result.and(stopped)
}

fn throw(platform: &Platform, python: &Program, seconds: u32) -> Result<()> {
    let create = ["admin", "--json", "create-admin", "--email", "admin@example.org"];
    let administrator = platform.nexus(&create).output()?;
    let Ports { gateway_api, streamcore, .. } = platform.ports;
    python
        .clone()
        .args([repository::root().join("tests/schemathesis/run.py")])
        .env("NEXUS_ADMINISTRATOR", administrator)
        .env("NEXUS_GATEWAY_URL", format!("http://127.0.0.1:{gateway_api}"))
        .env("NEXUS_STREAMCORE_URL", format!("http://127.0.0.1:{streamcore}"))
        .env("NEXUS_SECONDS", seconds.to_string())
        .run()
}
