//! `nexus admin`: what an operator does to the database directly.

mod invite;
mod person;
mod plan;
mod signing_key;
mod stream_key;

use std::process::ExitCode;

use clap::Subcommand;
use store::Database;

use super::migrate::connect;
use super::up::HomeOption;
use crate::addresses::Addresses;
use crate::settings::{self, ConfigOption, Settings};

/// Administer people, signing keys and stream keys.
#[derive(Debug, clap::Args)]
pub(crate) struct Admin {
    #[command(flatten)]
    home: HomeOption,
    #[command(flatten)]
    config: ConfigOption,
    /// One JSON object instead of text.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Create the first administrator.
    CreateAdmin(person::CreateAdmin),
    /// Send somebody an invitation by mail.
    Invite(invite::Invite),
    /// Give an account another password and end its sessions.
    ResetPassword(person::ResetPassword),
    /// The keys that sign access and id tokens.
    #[command(subcommand)]
    SigningKey(signing_key::SigningKey),
    /// Plans of accounts.
    #[command(subcommand)]
    Plan(plan::Plan),
    /// Streams and the keys that encoders publish with.
    #[command(subcommand)]
    StreamKey(stream_key::StreamKey),
}

impl Admin {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.act())?;
        Ok(ExitCode::SUCCESS)
    }

    async fn act(&self) -> anyhow::Result<()> {
        let settings = Settings::load(&self.config.config, &self.home.home, &settings::spec()?)?;
        let addresses = Addresses::find(&self.home.home, &settings.up)?;
        let pool: Database = connect(&addresses.database).await?;
        match &self.action {
            Action::CreateAdmin(action) => action.run(&pool, self.json).await,
            Action::Invite(action) => action.run(&pool, self.json).await,
            Action::ResetPassword(action) => action.run(&pool, self.json).await,
            Action::SigningKey(action) => action.run(&pool, &settings.gateway_api, self.json).await,
            Action::Plan(action) => action.run(&pool, &addresses, self.json).await,
            Action::StreamKey(action) => action.run(&pool, &settings, self.json).await,
        }
    }
}
