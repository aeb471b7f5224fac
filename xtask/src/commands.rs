//! What `cargo xtask` can do, one module per command.

mod bench;
mod check;
mod fresh;
mod fuzz;
mod known_passwords;
mod render;
mod test;
mod tidy;
mod up;

use anyhow::Result;
use clap::Subcommand;

pub(crate) use render::stale_from_spec;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Up(up::Up),
    Test(test::Test),
    Check(check::Check),
    Tidy(tidy::Tidy),
    Render(render::Render),
    Fuzz(fuzz::Fuzz),
    Fresh(fresh::Fresh),
    Bench(bench::Bench),
    KnownPasswords(known_passwords::KnownPasswords),
}

impl Command {
    pub(crate) fn run(self) -> Result<()> {
        match self {
            Self::Up(command) => command.run(),
            Self::Test(command) => command.run(),
            Self::Check(command) => command.run(),
            Self::Tidy(command) => command.run(),
            Self::Render(command) => command.run(),
            Self::Fuzz(command) => command.run(),
            Self::Fresh(command) => command.run(),
            Self::Bench(command) => command.run(),
            Self::KnownPasswords(command) => command.run(),
        }
    }
}
