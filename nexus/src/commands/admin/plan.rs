//! `nexus admin plan`: which account has which plan.

use anyhow::{Context, anyhow};
use api::plan::PlanCode;
use clap::Subcommand;
use gateway_api::admin;
use serde_json::json;
use store::{Database, Redis};

use crate::addresses::Addresses;
use crate::output;
use crate::targets::NAMESPACE;

#[derive(Debug, Subcommand)]
pub(crate) enum Plan {
    /// Give an account a plan.
    Set {
        /// Address of the account.
        email: String,
        /// FREE, CREATOR, HOLLYWOOD or ENTERPRISE.
        #[arg(value_parser = parse)]
        plan: PlanCode,
    },
}

impl Plan {
    pub(super) async fn run(
        &self,
        pool: &Database,
        addresses: &Addresses,
        json: bool,
    ) -> anyhow::Result<()> {
        let Self::Set { email, plan } = self;
        let redis = Redis::new(&addresses.redis, NAMESPACE).context("cannot use Redis")?;
        let user = admin::set_plan(pool, &redis, email, *plan).await?;
        if json {
            let value = json!({ "user": user, "email": email, "plan": plan });
            output::line(serde_json::to_string_pretty(&value)?);
        } else {
            output::line(format_args!("{email} has the plan {plan}."));
        }
        Ok(())
    }
}

fn parse(text: &str) -> anyhow::Result<PlanCode> {
    PlanCode::named(&text.to_uppercase()).ok_or_else(|| {
        let known = PlanCode::ALL.map(PlanCode::name).join(", ");
        anyhow!("`{text}` is not a plan; there are {known}")
    })
}
