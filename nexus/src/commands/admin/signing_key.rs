//! `nexus admin signing-key`: the keys that sign access and id tokens.

use clap::Subcommand;
use gateway_api::Config;
use gateway_api::admin::{self, Rotation, SigningKeyInfo};
use serde_json::{Value, json};
use store::Database;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::output;

#[derive(Debug, Subcommand)]
pub(crate) enum SigningKey {
    /// List the keys and where in their life they are.
    List,
    /// Replace the keys. They are also replaced by themselves, every `signing_key_days`.
    Rotate {
        /// Stop using and publishing the present keys now, because somebody else may have them:
        /// every access token issued so far is refused.
        #[arg(long)]
        at_once: bool,
    },
}

impl SigningKey {
    pub(super) async fn run(
        &self,
        pool: &Database,
        config: &Config,
        json: bool,
    ) -> anyhow::Result<()> {
        let keys = match self {
            Self::List => admin::list_signing_keys(pool).await?,
            Self::Rotate { at_once } => {
                let rotation = if *at_once { Rotation::AtOnce } else { Rotation::Announced };
                admin::rotate_signing_keys(config, pool, rotation).await?
            }
        };
        print(&keys, json)
    }
}

fn print(keys: &[SigningKeyInfo], json: bool) -> anyhow::Result<()> {
    let text = |time: OffsetDateTime| time.format(&Rfc3339);
    if json {
        let mut list: Vec<Value> = Vec::new();
        for key in keys {
            list.push(json!({
                "kid": key.kid,
                "alg": key.algorithm.name(),
                "state": key.state.name(),
                "activates_at": text(key.activates_at)?,
                "retires_at": key.retires_at.map(text).transpose()?,
            }));
        }
        output::line(serde_json::to_string_pretty(&json!({ "signing_keys": list }))?);
        return Ok(());
    }
    for key in keys {
        output::line(format_args!(
            "{}  {:<5}  {:<9}  from {}  {}",
            key.kid,
            key.algorithm.name(),
            key.state.name(),
            text(key.activates_at)?,
            key.retires_at.map(text).transpose()?.map_or(String::new(), |end| format!("to {end}")),
        ));
    }
    Ok(())
}
