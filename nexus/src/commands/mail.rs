//! `nexus mail`: the mails that were kept on this machine because no mail server is configured.

use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;
use gateway_api::mail::caught::{self, Caught};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::up::HomeOption;
use crate::output;
use crate::settings::{self, ConfigOption, Settings};

/// Read the mails that were kept on this machine instead of being sent.
#[derive(Debug, clap::Args)]
pub(crate) struct Mail {
    #[command(flatten)]
    home: HomeOption,
    #[command(flatten)]
    config: ConfigOption,
    /// JSON instead of text.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the mails, oldest first.
    List {
        /// Only mails to this address.
        #[arg(long)]
        to: Option<String>,
    },
    /// Show what a mail says.
    Show {
        /// Its id, or the beginning of it; the newest mail when none is given.
        id: Option<String>,
    },
}

impl Mail {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let settings = Settings::load(&self.config.config, &self.home.home, &settings::spec()?)?;
        let gateway = &settings.gateway_api;
        if !gateway.smtp_host.is_empty() {
            bail!("mails are sent through {}; none are kept here", gateway.smtp_host);
        }
        let mails = caught::list(&gateway.mail_folder)?;
        match &self.action {
            Action::List { to } => self.list(&mails, to.as_deref())?,
            Action::Show { id } => self.show(&mails, id.as_deref())?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn list(&self, mails: &[Caught], to: Option<&str>) -> anyhow::Result<()> {
        let chosen: Vec<&Caught> =
            mails.iter().filter(|mail| to.is_none_or(|to| mail.to == to)).collect();
        if self.json {
            let list: Vec<Value> = chosen.iter().map(|mail| value(mail)).collect();
            output::line(serde_json::to_string_pretty(&json!({ "mails": list }))?);
            return Ok(());
        }
        if chosen.is_empty() {
            output::line("No mails.");
        }
        for mail in chosen {
            let at = mail.at.format(&Rfc3339)?;
            output::line(format_args!("{}  {at:.19}  {:<30} {}", mail.id, mail.to, mail.subject));
        }
        Ok(())
    }

    fn show(&self, mails: &[Caught], id: Option<&str>) -> anyhow::Result<()> {
        let found = match id {
            None => mails.last(),
            Some(id) => mails.iter().rfind(|mail| mail.id.starts_with(id)),
        };
        let Some(mail) = found else {
            bail!("there is no such mail; `nexus mail list` shows which there are");
        };
        if self.json {
            output::line(serde_json::to_string_pretty(&value(mail))?);
            return Ok(());
        }
        output::line(format_args!("To: {}\nSubject: {}\n\n{}", mail.to, mail.subject, mail.text));
        Ok(())
    }
}

fn value(mail: &Caught) -> Value {
    json!({
        "id": mail.id,
        "at": mail.at.format(&Rfc3339).unwrap_or_default(),
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
    })
}
