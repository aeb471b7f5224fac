//! `cargo xtask check`: the fast part of the tests.

use anyhow::Result;
use clap::Args;

use super::test;
use crate::steps;

/// Formatting, lints, repository rules and unit tests: what to run before every commit.
#[derive(Debug, Args)]
pub(crate) struct Check {}

impl Check {
    #[expect(clippy::unused_self, reason = "every command is run the same way")]
    pub(crate) fn run(self) -> Result<()> {
        steps::run_all(&[test::format(), test::tidy(), test::lints(), test::unit()])
    }
}
