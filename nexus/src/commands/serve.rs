//! `nexus serve`: the services themselves. Reads as the story of a start and a stop.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use chassis::server::ServeError;
use chassis::telemetry::{self, Format};
use clap::ValueEnum;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::signals;
use super::up::HomeOption;
use crate::addresses::Addresses;
use crate::open_files;
use crate::platform;
use crate::settings::{self, ConfigOption, Settings};
use crate::targets::Target;

/// Run services in this process, each on its own port.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Which services; all of them when none is named.
    #[arg(value_name = "TARGET")]
    targets: Vec<Choice>,
    #[command(flatten)]
    home: HomeOption,
    #[command(flatten)]
    config: ConfigOption,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    All,
    One(Target),
}

impl ValueEnum for Choice {
    fn value_variants<'a>() -> &'a [Self] {
        const { &[Self::All, Self::One(Target::ALL[0]), Self::One(Target::ALL[1])] }
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        match self {
            Self::All => Some(clap::builder::PossibleValue::new("all")),
            Self::One(target) => target.to_possible_value(),
        }
    }
}

impl Serve {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        open_files::raise_limit();
        tokio::runtime::Runtime::new()?.block_on(self.serve())
    }

    async fn serve(&self) -> anyhow::Result<ExitCode> {
        let stop = signals::stop()?;
        let spec = settings::spec()?;
        let settings = Settings::load(&self.config.config, &self.home.home, &spec)?;
        telemetry::init(&settings.serve.log, Format::detect())?;
        let addresses = Addresses::find(&self.home.home, &settings.up)?;

        // All or nothing: every service is built and every port is held before anyone is served.
        let mut ready = Vec::new();
        for target in self.targets() {
            let name = target.name();
            let service = target
                .build(
                    &settings,
                    &addresses,
                    platform::of(&spec, &settings, &self.home.home, &self.config),
                )
                .await
                .with_context(|| format!("cannot start {name}"))?;
            let address = SocketAddr::new(settings.serve.address, settings.port(target));
            let listener = TcpListener::bind(address)
                .await
                .with_context(|| format!("{name} cannot listen on {address}"))?;
            ready.push((service, listener));
        }

        let drain = Duration::from_secs(settings.serve.drain_seconds.into());
        let mut serving = JoinSet::new();
        for (service, listener) in ready {
            serving.spawn(chassis::serve(service, listener, stop.clone(), drain));
        }
        Ok(finish(serving, &stop).await)
    }

    fn targets(&self) -> Vec<Target> {
        if self.targets.is_empty() || self.targets.contains(&Choice::All) {
            return Target::ALL.to_vec();
        }
        Target::ALL.into_iter().filter(|it| self.targets.contains(&Choice::One(*it))).collect()
    }
}

/// Waits until every service has ended. One that fails takes the others down with it: whoever
/// started us starts them all again.
async fn finish(
    mut serving: JoinSet<Result<(), ServeError>>,
    stop: &CancellationToken,
) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    while let Some(ended) = serving.join_next().await {
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(error = chassis::problem::chain(&error), "a service failed");
                code = ExitCode::FAILURE;
            }
            Err(error) => {
                tracing::error!(%error, "a service panicked");
                code = ExitCode::FAILURE;
            }
        }
        stop.cancel();
    }
    code
}
