//! What gateway-api is told of the platform that it is part of.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use api::gateway::{CheckFinding, CheckOutcome};
use chassis::problem::chain;
use gateway_api::{CheckFindings, ChecksRunner, Platform, PlatformService};
use spec::Spec;
use spec::validate::{Finding, Outcome, Severity, all_passed, findings};
use tokio::sync::oneshot;

use crate::addresses::Addresses;
use crate::home::Home;
use crate::settings::{self, ConfigOption, Settings};
use crate::targets::Target;
use crate::validate::Subject;

/// The services of `spec` at their ports, the folder with the data, and how to run the checks.
pub(crate) fn of(spec: &Spec, settings: &Settings, home: &Path, config: &ConfigOption) -> Platform {
    let services = Target::ALL.into_iter().map(|target| PlatformService {
        name: target.name().to_owned(),
        title: spec.services.get(target.name()).map_or(target.name(), |it| &it.title).to_owned(),
        address: SocketAddr::new(reachable(settings.serve.address), settings.port(target)),
    });
    Platform {
        services: services.collect(),
        data: home.to_owned(),
        checks: Some(checks(home.to_owned(), config.clone())),
    }
}

/// Where a service that listens on `address` is reached from here.
fn reachable(address: IpAddr) -> IpAddr {
    if address.is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address }
}

fn checks(home: PathBuf, config: ConfigOption) -> ChecksRunner {
    ChecksRunner::new(move || {
        let (home, config) = (home.clone(), config.clone());
        async move {
            let (tell, told) = oneshot::channel();
            // Some looks block (a child process, files), so a run gets a thread of its own. There
            // is one run at a time, so there is one thread.
            std::thread::Builder::new()
                .name("system-checks".to_owned())
                .spawn(move || {
                    tell.send(look(&home, &config).map_err(|error| chain(error.as_ref())))
                })
                .map_err(|error| format!("a thread for the checks cannot be started: {error}"))?;
            told.await.map_err(|_| "the checks ended without a result".to_owned())?
        }
    })
}

fn look(home: &Path, config: &ConfigOption) -> anyhow::Result<CheckFindings> {
    let home = Home::existing(home)?;
    let spec = settings::spec()?;
    let settings = Settings::load(&config.config, home.root(), &spec)?;
    let addresses = Addresses::find(home.root(), &settings.up)?;
    let subject = Subject { home, spec, settings, addresses };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let found = findings(&subject.spec, &runtime.block_on(subject.facts()));
    let passed = all_passed(&found);
    Ok(CheckFindings { passed, findings: found.into_iter().map(on_the_wire).collect() })
}

fn on_the_wire(finding: Finding) -> CheckFinding {
    let (outcome, evidence) = match finding.outcome {
        Outcome::Pass => (CheckOutcome::Passed, finding.evidence),
        Outcome::Fail => (CheckOutcome::Failed, finding.evidence),
        Outcome::Warn => (CheckOutcome::Warning, finding.evidence),
        Outcome::Skipped { reason } => (CheckOutcome::Skipped, reason),
        Outcome::Planned => (CheckOutcome::Planned, finding.evidence),
    };
    CheckFinding {
        id: finding.id.to_owned(),
        area: finding.category.title().to_owned(),
        title: finding.title.to_owned(),
        required: finding.severity == Severity::Required,
        subject: finding.subject,
        outcome,
        evidence,
        remedy: finding.remedy.to_owned(),
    }
}
