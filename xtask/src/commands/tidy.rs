//! `cargo xtask tidy`: the rules of the repository that no compiler knows.

use anyhow::{Result, bail};
use clap::Args;

use crate::{output, tidy};

/// Check dependency directions, sizes, words, licences and generated files.
#[derive(Debug, Args)]
pub(crate) struct Tidy {}

impl Tidy {
    #[expect(clippy::unused_self, reason = "every command is run the same way")]
    pub(crate) fn run(self) -> Result<()> {
        let complaints = tidy::complaints()?;
        for complaint in &complaints {
            output::line(complaint);
        }
        match complaints.len() {
            0 => Ok(()),
            1 => bail!("1 rule of the repository is broken"),
            count => bail!("{count} rules of the repository are broken"),
        }
    }
}
