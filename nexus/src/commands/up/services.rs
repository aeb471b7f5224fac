//! `nexus serve all` as a child of the supervisor.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use rustix::process::Signal;

use super::preflight::Plan;
use crate::engines::process::Program;
use crate::home::Home;

/// How the C library keeps memory. A service holds seconds of media in buffers of every size; by
/// default room that they leave is kept for good, in up to eight heaps per core. With few heaps,
/// and with large buffers mapped on their own, it goes back to the system.
const ALLOCATOR: [(&str, &str); 3] = [
    ("MALLOC_ARENA_MAX", "2"),
    ("MALLOC_MMAP_THRESHOLD_", "65536"),
    ("MALLOC_TRIM_THRESHOLD_", "262144"),
];

/// The program that serves, with everything it needs in its environment.
pub(super) fn program(plan: &Plan) -> anyhow::Result<Program> {
    let mut env: Vec<(String, OsString)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| name.starts_with("NEXUS_"))
        .collect();
    env.push(("DATABASE_URL".to_owned(), plan.database.url().into()));
    env.push(("REDIS_URL".to_owned(), plan.cache.url().into()));
    env.extend(ALLOCATOR.map(|(name, value)| (name.to_owned(), value.into())));
    let config = reachable_config(plan)?;
    Ok(Program {
        name: "serve",
        title: "nexus serve",
        path: reachable_binary(&plan.home)?,
        args: vec![
            "serve".into(),
            "all".into(),
            "--home".into(),
            plan.home.root().into(),
            "--config".into(),
            config.into(),
        ],
        env,
        account: plan.home.account().cloned(),
        stop: Signal::TERM,
    })
}

/// Our own program, or a copy of it where the account that runs it cannot come to ours.
fn reachable_binary(home: &Home) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("cannot find our own program")?;
    let folder = own.parent().unwrap_or(Path::new("/"));
    if home.account().is_none_or(|account| account.can_enter(folder)) {
        return Ok(own);
    }
    let copy = home.run().join("nexus");
    // A running program cannot be written over, only replaced.
    drop(fs::remove_file(&copy));
    fs::copy(&own, &copy)
        .with_context(|| format!("cannot copy our program to {}", copy.display()))?;
    Ok(copy)
}

/// A copy of the settings file that the services can read, wherever the file is.
fn reachable_config(plan: &Plan) -> anyhow::Result<PathBuf> {
    let copy = plan.home.run().join("nexus.toml");
    match &plan.config_text {
        Some(text) => {
            crate::home::private_file::write(&copy, text, plan.home.account())
                .with_context(|| format!("cannot write {}", copy.display()))?;
        }
        None => drop(fs::remove_file(&copy)),
    }
    Ok(copy)
}
