//! `nexus audit verify`: what a log says, held against what was sealed.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use gateway_api::audit_log::{AuditLog, PublicKey, Report, verify_export};

use crate::output;

/// Verify the log in the database, or an exported one, against signed checkpoints.
#[derive(Debug, clap::Args)]
pub(super) struct Verify {
    /// An exported log to verify instead of the database; needs no server, only the checkpoints and
    /// their key.
    #[arg(long, value_name = "FILE", requires = "checkpoints", requires = "key")]
    export: Option<PathBuf>,
    /// Checkpoints that were kept elsewhere. Those of the database are always looked at, but who can
    /// change the log can remove them.
    #[arg(long, value_name = "FILE")]
    checkpoints: Option<PathBuf>,
    /// A key that signed checkpoints, as `nexus audit key` shows it; may be given several times.
    #[arg(long, value_name = "KEY", value_parser = PublicKey::parse)]
    key: Vec<PublicKey>,
}

impl Verify {
    /// Verifies an exported log, when one was named.
    pub(super) fn run_offline(&self) -> anyhow::Result<Option<ExitCode>> {
        let (Some(export), Some(checkpoints)) = (&self.export, &self.checkpoints) else {
            return Ok(None);
        };
        let file = File::open(export)
            .with_context(|| format!("cannot read the exported log {}", export.display()))?;
        let report = verify_export(BufReader::new(file), &read(checkpoints)?, &self.key)?;
        if report.checkpoints == 0 && report.is_sound() {
            bail!(
                "{} holds no checkpoint, so nothing shows that the log is whole",
                checkpoints.display()
            );
        }
        Ok(Some(show(&report)))
    }

    /// Verifies the log in the database. `own` is the file that the server itself keeps.
    pub(super) async fn run_on(&self, log: &AuditLog, own: &Path) -> anyhow::Result<ExitCode> {
        let mut kept = match fs::read_to_string(own) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", own.display()));
            }
        };
        if let Some(file) = &self.checkpoints {
            kept = format!("{kept}\n\n{}", read(file)?);
        }
        Ok(show(&log.verify(&kept, &self.key).await?))
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file)
        .with_context(|| format!("cannot read the checkpoints in {}", file.display()))
}

fn show(report: &Report) -> ExitCode {
    let Report { entries, sealed, pending, checkpoints, findings } = report;
    output::line(format_args!("entries      {entries}"));
    output::line(format_args!("sealed       {sealed}   (by {checkpoints} checkpoints)"));
    output::line(format_args!("unsealed     {}", entries.saturating_sub(*sealed)));
    if *pending > 0 {
        output::line(format_args!("not placed   {pending}"));
    }
    if findings.is_empty() {
        output::line("The log is whole: no entry was changed, removed, inserted or moved.");
        return ExitCode::SUCCESS;
    }
    output::line(format_args!("\n{} findings, the first first:", findings.len()));
    findings.iter().take(20).for_each(|finding| output::line(format_args!("  {finding}")));
    if findings.len() > 20 {
        output::line(format_args!("  … and {} more", findings.len() - 20));
    }
    ExitCode::FAILURE
}
