use spec::validate::{HttpAnswer, IdentityFacts, Observed};

use super::Subject;
use super::tls::TlsProbe;
use crate::http_probe::Request;

/// Answers only to whoever is signed in.
const PROTECTED: &str = "/api/v1/session";
/// Well formed, unsigned: `{"alg":"none","typ":"at+jwt"}.{"sub":"nobody"}.`
const FORGED: &str = "Bearer eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJub2JvZHkifQ.";

impl Subject {
    pub(super) async fn identity_facts(&self, tls: &TlsProbe) -> IdentityFacts {
        let host = Self::local_name("nexuscos.online");
        let forged = [("authorization", FORGED)];
        let forged = Request { headers: &forged, ..Request::get(&host, PROTECTED) };
        let (jwks, without_token, forged_token, administrator) = tokio::join!(
            tls.get(&host, "/.well-known/jwks.json"),
            tls.get(&host, PROTECTED),
            tls.send(&forged),
            self.has_administrator(),
        );
        IdentityFacts { jwks_keys: count_keys(jwks), without_token, forged_token, administrator }
    }
}

fn count_keys(answer: Observed<HttpAnswer>) -> Observed<usize> {
    match answer {
        Observed::Seen(answer) => serde_json::from_str::<api::gateway::JwkSet>(&answer.body)
            .map(|set| set.keys.len())
            .map_err(|error| format!("HTTP {}: {error}", answer.status))
            .into(),
        Observed::Failed(why) => Observed::Failed(why),
        Observed::Skipped(why) => Observed::Skipped(why),
    }
}
