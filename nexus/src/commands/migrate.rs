//! `nexus migrate`: brings the database to what this program expects.

use std::process::ExitCode;

use store::Database;
use store::database::{self, DatabaseConfig};
use store::migrations;

use super::up::HomeOption;
use crate::addresses::Addresses;
use crate::output;
use crate::settings::{self, ConfigOption, Settings};
use crate::targets::Target;

/// Apply the migrations of every service.
#[derive(Debug, clap::Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    home: HomeOption,
    #[command(flatten)]
    config: ConfigOption,
}

impl Migrate {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let settings = Settings::load(&self.config.config, &self.home.home, &settings::spec()?)?;
        let addresses = Addresses::find(&self.home.home, &settings.up)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let applied = runtime.block_on(migrate(&addresses.database))?;
        output::line(match applied {
            0 => "The database is up to date.".to_owned(),
            count => format!("Applied {count} migrations."),
        });
        Ok(ExitCode::SUCCESS)
    }
}

/// Migrates for every service and answers how many migrations were applied.
pub(crate) async fn migrate(url: &str) -> anyhow::Result<usize> {
    let pool = connect(url).await?;
    let mut applied = 0;
    for target in Target::ALL {
        applied += migrations::pending(&pool, target.migrations()).await?.len();
        migrations::migrate(&pool, target.migrations()).await?;
    }
    pool.close().await;
    Ok(applied)
}

/// A small pool for a command that ends soon.
pub(crate) async fn connect(url: &str) -> anyhow::Result<Database> {
    let config = DatabaseConfig { connections: 2, ..DatabaseConfig::new(url, "nexus") };
    Ok(database::connect(&config).await?)
}
