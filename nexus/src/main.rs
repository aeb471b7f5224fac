//! `nexus`: the one binary of Nexus COS.

mod addresses;
mod commands;
mod engines;
mod home;
mod http_probe;
mod local_authority;
mod open_files;
mod output;
mod platform;
mod settings;
mod stack;
mod targets;
mod validate;

use std::process::ExitCode;

use clap::Parser;

/// Nexus COS: the studio on your own server.
#[derive(Debug, Parser)]
#[command(name = "nexus", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    match Arguments::parse().command.run() {
        Ok(code) => code,
        Err(error) => {
            output::failure(&error);
            ExitCode::FAILURE
        }
    }
}
