//! `cargo xtask`: everything a person or the build server does to this repository.

mod commands;
mod machine;
mod output;
mod platform;
mod process;
mod repository;
mod steps;
mod tidy;
mod web;

use std::process::ExitCode;

use clap::Parser;

/// Tasks of the Nexus COS repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    match Arguments::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::failure(&error);
            ExitCode::FAILURE
        }
    }
}
