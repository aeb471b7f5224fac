//! What `nexus` can do, one module per command.

pub(crate) mod admin;
pub(crate) mod audit;
pub(crate) mod down;
pub(crate) mod mail;
pub(crate) mod migrate;
pub(crate) mod serve;
mod signals;
pub(crate) mod status;
pub(crate) mod up;
pub(crate) mod validate;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Up(up::Up),
    Down(down::Down),
    Status(status::Status),
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    Validate(validate::Validate),
    Admin(admin::Admin),
    Audit(audit::Audit),
    Mail(mail::Mail),
}

impl Command {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Up(command) => command.run(),
            Self::Down(command) => command.run(),
            Self::Status(command) => command.run(),
            Self::Serve(command) => command.run(),
            Self::Migrate(command) => command.run(),
            Self::Validate(command) => command.run(),
            Self::Admin(command) => command.run(),
            Self::Audit(command) => command.run(),
            Self::Mail(command) => command.run(),
        }
    }
}
