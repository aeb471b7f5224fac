//! The closed list of services in this binary.

use std::time::Duration;

use anyhow::Context;
use api::events::{SESSIONS, SessionEvent};
use chassis::Service;
use chassis::calls::Calls;
use chassis::entitlements::Plans;
use chassis::principal::{ApiKeys, KeySource, Revocations, TokenVerifier};
use clap::ValueEnum;
use gateway_api::Platform;
use store::database::{self, DatabaseConfig};
use store::{Database, Migrations, Redis, events};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::addresses::Addresses;
use crate::settings::{self, Settings};

/// Longest wait for the signing keys of gateway-api.
const KEYS_DEADLINE: Duration = Duration::from_secs(2);

/// Longer than any access token lives: older sign-outs mean nothing.
const REPLAY: Duration = Duration::from_mins(16);
/// How long StreamCore trusts tokens without word of what was revoked.
const LONGEST_SILENCE: Duration = Duration::from_mins(1);
/// Every key of ours in Redis begins with it.
pub(crate) const NAMESPACE: &str = "nexus";

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Target {
    GatewayApi,
    Streamcore,
}

impl Target {
    /// Every service, in the order of their start.
    pub(crate) const ALL: [Self; 2] = [Self::GatewayApi, Self::Streamcore];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GatewayApi => gateway_api::NAME,
            Self::Streamcore => streamcore::NAME,
        }
    }

    pub(crate) fn migrations(self) -> &'static Migrations {
        match self {
            Self::GatewayApi => &gateway_api::MIGRATIONS,
            Self::Streamcore => &streamcore::MIGRATIONS,
        }
    }

    /// Builds the service on a pool of its own. Nothing is served yet.
    pub(crate) async fn build(
        self,
        settings: &Settings,
        addresses: &Addresses,
        platform: Platform,
    ) -> anyhow::Result<Service> {
        let pool = self.pool(addresses).await?;
        let redis = Redis::new(&addresses.redis, NAMESPACE)?;
        let plans = Plans::new(settings::spec()?.entitlements());
        match self {
            Self::GatewayApi => {
                Ok(gateway_api::build(&settings.gateway_api, plans, pool, redis, platform).await?)
            }
            Self::Streamcore => {
                let revocations = Revocations::default();
                let tokens = verifier(settings, revocations.clone())?;
                let config = servable(&settings.streamcore);
                let heard = tokens.clone();
                let built = streamcore::build(&config, plans, pool, redis.clone(), tokens).await?;
                let service = built.service.also_ready("revocations", move || {
                    std::future::ready(heard.check_silence().map_err(|error| error.to_string()))
                });
                Ok(service.task("follow-revocations", |stop| {
                    follow_revocations(redis, revocations, stop)
                }))
            }
        }
    }

    async fn pool(self, addresses: &Addresses) -> anyhow::Result<Database> {
        let config = DatabaseConfig::new(&addresses.database, self.name());
        Ok(database::connect(&config).await?)
    }
}

/// Without a certificate nobody can fetch media directly; nginx passes it on all the same.
fn servable(config: &streamcore::Config) -> streamcore::Config {
    let mut config = config.clone();
    if config.viewer_port.is_some() && !config.viewer_certificate.exists() {
        let certificate = config.viewer_certificate.display();
        tracing::warn!(%certificate, "no such certificate: viewers are served through nginx only");
        config.viewer_port = None;
    }
    config
}

/// Checks tokens against the keys that gateway-api publishes.
fn verifier(settings: &Settings, revocations: Revocations) -> anyhow::Result<TokenVerifier> {
    let port = settings.serve.gateway_api_port;
    let url = format!("http://127.0.0.1:{port}/.well-known/jwks.json");
    let calls = Calls::new(KEYS_DEADLINE).context("cannot prepare calls to gateway-api")?;
    let exchange = format!("http://127.0.0.1:{port}/api/v1/api-keys/token");
    let api_keys = ApiKeys::remote(exchange, calls.clone());
    let source = KeySource::Remote { url, calls };
    let verifier = TokenVerifier::new(&settings.gateway_api.verifier(), source, revocations);
    Ok(verifier.with_api_keys(api_keys).refusing_after(LONGEST_SILENCE))
}

/// Takes in the sign-outs that gateway-api announces, those of the last minutes first.
async fn follow_revocations(redis: Redis, revocations: Revocations, stop: CancellationToken) {
    let apply = |event: SessionEvent| revocations.apply(&event, OffsetDateTime::now_utc());
    let following = events::follow_heard(&redis, SESSIONS, REPLAY, apply, || revocations.heard());
    tokio::select! {
        never = following => match never {},
        () = stop.cancelled() => {}
    }
}
