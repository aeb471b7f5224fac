//! What `nexus` can do, one module per command.

pub(crate) mod down;
pub(crate) mod status;
pub(crate) mod up;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Up(up::Up),
    Down(down::Down),
    Status(status::Status),
}

impl Command {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Up(command) => command.run(),
            Self::Down(command) => command.run(),
            Self::Status(command) => command.run(),
        }
    }
}
