//! `nexus audit`: the audit log, sealed, exported and verified.

mod verify;

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use gateway_api::audit_log::AuditLog;

use super::migrate::connect;
use super::up::HomeOption;
use crate::addresses::Addresses;
use crate::output;
use crate::settings::{self, ConfigOption, Settings};

/// Seal, export and verify the audit log.
#[derive(Debug, clap::Args)]
pub(crate) struct Audit {
    #[command(flatten)]
    home: HomeOption,
    #[command(flatten)]
    config: ConfigOption,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the newest signed checkpoint, made now when the log has grown. Keep it elsewhere.
    Checkpoint {
        /// Print every checkpoint, the oldest first.
        #[arg(long)]
        all: bool,
    },
    /// Print the key that verifies checkpoints.
    Key,
    /// Print the log, one JSON object per line, from the first entry.
    Export,
    Verify(verify::Verify),
}

impl Audit {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        // What needs no server must not ask for one.
        if let Action::Verify(verify) = &self.action
            && let Some(code) = verify.run_offline()?
        {
            return Ok(code);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.act())
    }

    async fn act(&self) -> anyhow::Result<ExitCode> {
        let settings = Settings::load(&self.config.config, &self.home.home, &settings::spec()?)?;
        let addresses = Addresses::find(&self.home.home, &settings.up)?;
        let log = AuditLog::open(&settings.gateway_api, connect(&addresses.database).await?)?;
        match &self.action {
            Action::Checkpoint { all } => checkpoint(&log, *all).await?,
            Action::Key => output::line(log.public_key()),
            Action::Export => export(&log).await?,
            Action::Verify(verify) => {
                let own = &settings.gateway_api.audit_checkpoint_file;
                return verify.run_on(&log, own).await;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn checkpoint(log: &AuditLog, all: bool) -> anyhow::Result<()> {
    let newest = log.checkpoint_note().await?;
    let notes = if all { log.checkpoint_notes().await? } else { newest.into_iter().collect() };
    anyhow::ensure!(!notes.is_empty(), "the audit log is empty, so there is nothing to seal");
    notes.iter().for_each(output::line);
    Ok(())
}

async fn export(log: &AuditLog) -> anyhow::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    log.export(&mut out).await?;
    out.flush().context("the exported log cannot be written")
}
