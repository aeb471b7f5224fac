//! `nexus admin create-admin` and `reset-password`: a generated password is shown once.

use std::io;

use anyhow::Context;
use chassis::Secret;
use gateway_api::admin::{self, Credentials, NewAdministrator};
use serde_json::json;
use store::Database;

use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct CreateAdmin {
    /// Address to sign in with.
    #[arg(long)]
    email: String,
    /// Name shown to others.
    #[arg(long, default_value = "Administrator")]
    name: String,
    #[command(flatten)]
    password: PasswordOption,
    /// Create one more although there is an administrator already.
    #[arg(long)]
    additional: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ResetPassword {
    /// Address of the account.
    #[arg(long)]
    email: String,
    #[command(flatten)]
    password: PasswordOption,
}

#[derive(Debug, clap::Args)]
struct PasswordOption {
    /// Read the password from standard input (one line); one is generated otherwise.
    #[arg(long)]
    password_stdin: bool,
}

impl CreateAdmin {
    pub(super) async fn run(&self, pool: &Database, json: bool) -> anyhow::Result<()> {
        let new = NewAdministrator {
            email: self.email.clone(),
            display_name: self.name.clone(),
            password: self.password.read()?,
            additional: self.additional,
        };
        print(&admin::create_administrator(pool, new).await?, json)
    }
}

impl ResetPassword {
    pub(super) async fn run(&self, pool: &Database, json: bool) -> anyhow::Result<()> {
        print(&admin::reset_password(pool, &self.email, self.password.read()?).await?, json)
    }
}

impl PasswordOption {
    fn read(&self) -> anyhow::Result<Option<Secret<String>>> {
        if !self.password_stdin {
            return Ok(None);
        }
        let mut line = String::new();
        io::stdin().read_line(&mut line).context("cannot read the password")?;
        Ok(Some(Secret::new(line.trim_end_matches(['\r', '\n']).to_owned())))
    }
}

fn print(credentials: &Credentials, json: bool) -> anyhow::Result<()> {
    let password = credentials.generated_password.as_ref().map(Secret::expose);
    if json {
        let value = json!({
            "user": credentials.user,
            "email": credentials.email,
            "generated_password": password,
        });
        output::line(serde_json::to_string_pretty(&value)?);
        return Ok(());
    }
    output::line(format_args!("e-mail    {}", credentials.email));
    match password {
        Some(password) => output::line(format_args!("password  {password}   (shown only now)")),
        None => output::line("password  as given"),
    }
    Ok(())
}
