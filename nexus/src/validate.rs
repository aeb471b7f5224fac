//! Collects what `spec::validate` judges: looks at a running platform from outside, all at once.

mod cache;
mod database;
mod edge;
mod files;
mod host;
mod identity;
mod logs;
mod services;
mod streaming;
mod tls;

use spec::Spec;
use spec::validate::{Facts, Site};
use time::OffsetDateTime;

use crate::addresses::Addresses;
use crate::home::Home;
use crate::settings::Settings;
use tls::TlsProbe;

/// What is looked at.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) home: Home,
    pub(crate) spec: Spec,
    pub(crate) settings: Settings,
    pub(crate) addresses: Addresses,
}

impl Subject {
    /// Looks at everything. Every look has a deadline, so this takes seconds at worst.
    pub(crate) async fn facts(&self) -> Facts {
        let tls = TlsProbe::new(&self.home, self.settings.up.https_port);
        let mut facts = Facts::unseen(Site::Local, OffsetDateTime::now_utc());
        let looks = tokio::join!(
            self.database_facts(),
            self.redis_facts(),
            self.service_facts(),
            self.gateway_facts(&tls),
            self.certificate_facts(&tls),
            self.identity_facts(&tls),
            self.streaming_facts(&tls),
        );
        facts.host = self.host_facts();
        facts.generated = self.generated_facts();
        facts.secrets = self.secret_facts();
        facts.spec_file = files::spec_file();
        facts.logs = logs::facts(&self.home);
        facts.database = looks.0;
        facts.redis = looks.1;
        facts.services = looks.2;
        facts.gateway = looks.3;
        facts.certificates = looks.4;
        facts.identity = looks.5;
        facts.streaming = looks.6;
        facts
    }

    /// The name under which this site answers for `domain`.
    fn local_name(domain: &str) -> String {
        spec::nginx::local_name(domain)
    }
}
