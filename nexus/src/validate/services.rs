use std::collections::BTreeMap;

use spec::validate::{HttpAnswer, Observed, ServiceFacts};

use super::Subject;
use crate::home::ports;
use crate::http_probe::Request;
use crate::targets::Target;

impl Subject {
    pub(super) async fn service_facts(&self) -> BTreeMap<String, ServiceFacts> {
        let mut facts = BTreeMap::new();
        for target in Target::ALL {
            let port = self.settings.port(target);
            let health = match self.spec.services.get(target.name()).map(|it| &it.health) {
                Some(spec::Health::Http(path)) => path.as_str(),
                _ => "/health",
            };
            let (health, ready, metrics, version) = tokio::join!(
                get(port, health),
                get(port, "/readyz"),
                get(port, "/metrics"),
                get(port, "/version"),
            );
            let addresses = Observed::Seen(ports::listening_addresses(port));
            let version = version_of(version);
            facts.insert(
                target.name().to_owned(),
                ServiceFacts { health, ready, metrics, version, addresses },
            );
        }
        facts
    }
}

async fn get(port: u16, path: &str) -> Observed<HttpAnswer> {
    Request::get("127.0.0.1", path).send_to(port).await.into()
}

fn version_of(answer: Observed<HttpAnswer>) -> Observed<String> {
    match answer {
        Observed::Seen(answer) => serde_json::from_str::<api::health::Version>(&answer.body)
            .map(|version| version.version)
            .map_err(|error| format!("/version is not understood: {error}"))
            .into(),
        Observed::Failed(why) => Observed::Failed(why),
        Observed::Skipped(why) => Observed::Skipped(why),
    }
}
