//! `cargo xtask fuzz`: every fuzz target for a bounded time.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::output;
use crate::process::{Program, cargo};
use crate::repository;

/// Coverage instrumentation that works on the stable compiler, where `-Zsanitizer` does not exist.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
     -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Run every fuzz target for a while; stops at the first input that breaks something.
#[derive(Debug, Args)]
pub(crate) struct Fuzz {
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Only targets whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
}

impl Fuzz {
    pub(crate) fn run(self) -> Result<()> {
        run(self.seconds, &self.only)
    }
}

/// Builds the targets and runs those whose name contains `only`.
pub(crate) fn run(seconds: u32, only: &str) -> Result<()> {
    let built = repository::target().join("fuzz");
    // With a target named, the flags stay off build scripts and macros, which cannot link them.
    cargo()
        .args(["build", "--package", "fuzz", "--profile", "fuzz", "--target", TRIPLE])
        .args(["--target-dir".into(), built.clone().into_os_string()])
        .env("RUSTFLAGS", FLAGS)
        .run()?;
    let dictionary = repository::root().join("fuzz/tokens.dict");
    for name in targets()?.iter().filter(|name| name.contains(only)) {
        output::line(&format!("  {name} for {seconds} s"));
        let corpus = built.join("corpus").join(name);
        fs::create_dir_all(&corpus)?;
        let seeds = seeds(name);
        let mut program = Program::new(built.join(TRIPLE).join("fuzz").join(name))
            .args([format!("-max_total_time={seconds}")])
            .args(["-rss_limit_mb=512", "-timeout=5", "-max_len=8192", "-verbosity=0"])
            .args([format!("-dict={}", dictionary.display())])
            .args([format!("-artifact_prefix={}/", corpus.display())])
            .args([corpus]);
        if seeds.is_dir() {
            program = program.args([seeds]);
        }
        // Its chatter is of interest only when something broke; then the error quotes it.
        program
            .output()
            .with_context(|| format!("`{name}` found an input that breaks the parser"))?;
    }
    Ok(())
}

const TRIPLE: &str = "x86_64-unknown-linux-gnu";

/// Names of the fuzz crate's programs.
fn targets() -> Result<Vec<String>> {
    let manifest = fs::read_to_string(repository::root().join("fuzz/Cargo.toml"))?;
    let table: toml::Table = manifest.parse()?;
    let programs = table.get("bin").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    Ok(programs
        .iter()
        .filter_map(|program| program.get("name")?.as_str().map(str::to_owned))
        .collect())
}

/// The committed inputs that a target starts from.
fn seeds(name: &str) -> PathBuf {
    repository::root().join("fuzz/seeds").join(name.trim_start_matches("fuzz-"))
}
