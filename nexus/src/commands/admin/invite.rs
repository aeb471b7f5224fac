//! `nexus admin invite`: a mail with a link to make an account.

use anyhow::{Result, anyhow};
use api::gateway::UserRole;
use gateway_api::admin::{self, Invitee};
use serde_json::json;
use store::Database;

use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Invite {
    /// Address that the invitation is sent to.
    #[arg(long)]
    email: String,
    /// Name to begin with; whoever accepts can choose another.
    #[arg(long)]
    name: String,
    /// What they will be: admin, operator or viewer.
    #[arg(long, default_value = "viewer", value_parser = parse)]
    role: UserRole,
}

impl Invite {
    pub(super) async fn run(&self, pool: &Database, json: bool) -> Result<()> {
        let invitee =
            Invitee { email: self.email.clone(), display_name: self.name.clone(), role: self.role };
        let invitation = admin::invite(pool, &invitee).await?;
        if json {
            let value = json!({ "invitation": invitation, "email": self.email, "role": self.role });
            output::line(serde_json::to_string_pretty(&value)?);
        } else {
            output::line(format_args!(
                "{} is invited; the mail is sent by the running platform.",
                self.email
            ));
        }
        Ok(())
    }
}

fn parse(text: &str) -> Result<UserRole> {
    serde_json::from_value(text.into())
        .map_err(|_| anyhow!("`{text}` is not a role; there are admin, operator and viewer"))
}
