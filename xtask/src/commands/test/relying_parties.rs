//! People sign in to programs of others, made with the libraries that others use.

use std::path::PathBuf;

use anyhow::Result;

use crate::commands::up;
use crate::machine::node::Node;
use crate::machine::python;
use crate::output::Progress;
use crate::platform::Platform;
use crate::process::Program;
use crate::{repository, web};

const FOLDER: &str = "tests/relying-parties";

pub(super) fn run(node: &Node, may_install: bool) -> Result<()> {
    let progress = Progress::start();
    web::install(node, FOLDER, Some(&progress))?;
    let list = folder().join("authlib/requirements.txt");
    let python = python::locked("authlib", &list, may_install, &progress)?;
    up::build()?;
    let platform = Platform::start("relying-parties", "debug")?;
    let result = sign_in(&platform, node, &python);
    let stopped = platform.nexus(&["down"]).run();
    result.and(stopped)
}

fn sign_in(platform: &Platform, node: &Node, python: &Program) -> Result<()> {
    let create = ["admin", "--json", "create-admin", "--email", "admin@example.org"];
    let administrator = platform.nexus(&create).output()?;
    let issuer = format!("https://nexuscos.localhost:{}", platform.ports.https);
    let known = |program: Program, authority: &str| {
        program
            .env("NEXUS_ADMINISTRATOR", &administrator)
            .env("NEXUS_ISSUER", &issuer)
            .env(authority, platform.authority())
    };
    let npm = node.npm().in_folder(folder()).args(["test", "--silent"]);
    known(npm, "NODE_EXTRA_CA_CERTS").run()?;
    // `-B`: no compiled files among the sources.
    let python = python.clone().in_folder(folder().join("authlib"));
    let python = python.args(["-B", "-m", "unittest", "--verbose"]);
    known(python, "REQUESTS_CA_BUNDLE").run()
}

fn folder() -> PathBuf {
    repository::root().join(FOLDER)
}
