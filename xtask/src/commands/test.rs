//! `cargo xtask test`: everything that decides whether a change is good.

mod end_to_end;
mod relying_parties;
mod schemathesis;

use anyhow::{Result, bail};
use clap::Args;

use super::fuzz;
use crate::machine::node::Node;
use crate::machine::packages::{
    self, CHROMIUM, COMPILER, CXX, FFMPEG, NGINX, Need, OATHTOOL, POSTGRES, REDIS,
};
use crate::output::{self, Progress};
use crate::process::cargo;
use crate::steps::{self, Step};
use crate::web;

/// Run everything: rules, lints, unit and integration tests, fuzzing, the web, and the real thing in
/// a real browser. Installs what that needs.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Run only these steps; `--list` names them.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Name the steps and stop.
    #[arg(long)]
    list: bool,
    /// Install nothing; fail when something is missing.
    #[arg(long)]
    no_install: bool,
    /// Seconds for each fuzz target.
    #[arg(long, default_value_t = 10)]
    fuzz_seconds: u32,
    /// Seconds for each service's API.
    #[arg(long, default_value_t = 60)]
    api_seconds: u32,
}

impl Test {
    pub(crate) fn run(self) -> Result<()> {
        let steps = self.steps();
        if self.list {
            for step in &steps {
                output::line(&format!("{:<15} {}", step.name, step.about));
            }
            return Ok(());
        }
        for name in &self.only {
            if !steps.iter().any(|step| step.name == name) {
                bail!("there is no step `{name}`; `cargo xtask test --list` names them");
            }
        }
        let chosen: Vec<Step> = steps
            .into_iter()
            .filter(|step| self.only.is_empty() || self.only.iter().any(|name| name == step.name))
            .collect();
        steps::run_all(&chosen)
    }

    fn steps(&self) -> Vec<Step> {
        let may_install = !self.no_install;
        let seconds = self.fuzz_seconds;
        vec![
            Step::new("install", "programs the tests need", move || install(may_install)),
            format(),
            tidy(),
            Step::new("web", "lint, types, unit tests and build of the web apps", move || {
                web::check(&Node::provide(may_install, &Progress::start())?)
            }),
            lints(),
            Step::new("rust", "unit and integration tests against real engines", || {
                cargo().args(["test", "--workspace", "--no-fail-fast"]).run()
            }),
            Step::new("fuzz", "every parser of foreign bytes for a while", move || {
                fuzz::run(seconds, "")
            }),
            Step::new(
                "schemathesis",
                "every endpoint with everything its document allows and forbids",
                {
                    let seconds = self.api_seconds;
                    move || schemathesis::run(may_install, seconds)
                },
            ),
            Step::new(
                "relying-parties",
                "sign in to programs made with others' libraries",
                move || {
                    relying_parties::run(
                        &Node::provide(may_install, &Progress::start())?,
                        may_install,
                    )
                },
            ),
            Step::new("end-to-end", "publish a stream and watch it in Chromium", move || {
                end_to_end::run(&Node::provide(may_install, &Progress::start())?)
            }),
        ]
    }
}

pub(super) fn format() -> Step {
    Step::new("format", "cargo fmt", || cargo().args(["fmt", "--all", "--check"]).run())
}

pub(super) fn tidy() -> Step {
    Step::new("tidy", "the repository's own rules", || {
        cargo().args(["test", "--quiet", "--package", "xtask"]).run()
    })
}

pub(super) fn lints() -> Step {
    Step::new("lints", "clippy, warnings are errors", || {
        cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]).run()
    })
}

pub(super) fn unit() -> Step {
    Step::new("unit", "tests inside the crates", || {
        cargo().args(["test", "--workspace", "--lib", "--bins"]).run()
    })
}

fn install(may_install: bool) -> Result<()> {
    const NEEDS: [Need; 8] = [COMPILER, CXX, POSTGRES, REDIS, NGINX, FFMPEG, CHROMIUM, OATHTOOL];
    packages::install(&NEEDS, may_install, &Progress::start())
}
