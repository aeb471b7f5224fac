use std::collections::BTreeMap;

use spec::validate::{GatewayFacts, HttpAnswer, Observed, RouteAnswer};

use super::Subject;
use super::tls::TlsProbe;
use crate::engines::nginx::Nginx;
use crate::http_probe::Request;

impl Subject {
    pub(super) async fn gateway_facts(&self, tls: &TlsProbe) -> GatewayFacts {
        let (syntax, routes, plain_http, unknown, alpn, internal_paths, oversized_body, request_id) = tokio::join!(
            self.syntax(),
            self.route_answers(tls),
            self.plain_http(),
            tls.handshake("unknown.localhost", &[]),
            self.alpn(tls),
            self.internal_paths(tls),
            self.oversized_body(tls),
            self.request_id(tls),
        );
        let unknown_name_refused = match unknown {
            Ok(_) => Observed::Seen(false),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                Observed::Failed(error.to_string())
            }
            Err(_) => Observed::Seen(true),
        };
        GatewayFacts {
            syntax,
            routes,
            plain_http,
            unknown_name_refused,
            alpn,
            internal_paths,
            oversized_body,
            request_id,
        }
    }

    async fn syntax(&self) -> Observed<String> {
        let test = async { Nginx::locate(&self.home)?.test().await };
        test.await.map(|()| String::new()).into()
    }

    async fn route_answers(&self, tls: &TlsProbe) -> Vec<RouteAnswer> {
        let mut answers = Vec::new();
        for route in &self.spec.routes {
            let host = Self::local_name(&route.domain);
            let answer = tls.get(&host, &route.path).await;
            answers.push(RouteAnswer {
                domain: route.domain.clone(),
                path: route.path.clone(),
                answer,
            });
        }
        answers
    }

    async fn plain_http(&self) -> Observed<u16> {
        let Some(host) = self.any_host() else { return no_domain() };
        status(Request::get(&host, "/health").send_to(self.settings.up.http_port).await.into())
    }

    async fn alpn(&self, tls: &TlsProbe) -> Observed<String> {
        let Some(host) = self.any_host() else { return no_domain() };
        let stream = tls.handshake(&host, &["h2", "http/1.1"]).await;
        stream
            .map(|stream| {
                let protocol = stream.get_ref().1.alpn_protocol().unwrap_or_default();
                String::from_utf8_lossy(protocol).into_owned()
            })
            .into()
    }

    async fn internal_paths(&self, tls: &TlsProbe) -> BTreeMap<String, Observed<u16>> {
        let mut answers = BTreeMap::new();
        for domain in self.spec.active_domains() {
            let answer = tls.get(&Self::local_name(domain), "/metrics").await;
            answers.insert(domain.to_owned(), status(answer));
        }
        answers
    }

    /// nginx refuses by the announced length; the body itself is never sent.
    async fn oversized_body(&self, tls: &TlsProbe) -> Observed<u16> {
        let Some(host) = self.any_host() else { return no_domain() };
        let length = (self.spec.limits.request_body_bytes + 1).to_string();
        let headers = [("content-length", length.as_str())];
        let request =
            Request { method: "POST", headers: &headers, ..Request::get(&host, "/api/v1/session") };
        status(tls.send(&request).await)
    }

    async fn request_id(&self, tls: &TlsProbe) -> Observed<(String, String)> {
        const CLAIMED: &str = "chosen-by-a-stranger";
        let Some(host) = self.any_host() else { return no_domain() };
        let headers = [("x-request-id", CLAIMED)];
        let request = Request { headers: &headers, ..Request::get(&host, "/health") };
        match tls.send(&request).await {
            Observed::Seen(answer) => {
                let id = answer.headers.get("x-request-id").cloned().unwrap_or_default();
                Observed::Seen((id, CLAIMED.to_owned()))
            }
            Observed::Failed(why) => Observed::Failed(why),
            Observed::Skipped(why) => Observed::Skipped(why),
        }
    }

    /// The local name of a domain that must answer.
    fn any_host(&self) -> Option<String> {
        self.spec.active_domains().next().map(Self::local_name)
    }
}

fn status(answer: Observed<HttpAnswer>) -> Observed<u16> {
    match answer {
        Observed::Seen(answer) => Observed::Seen(answer.status),
        Observed::Failed(why) => Observed::Failed(why),
        Observed::Skipped(why) => Observed::Skipped(why),
    }
}

fn no_domain<T>() -> Observed<T> {
    Observed::Failed("the specification names no domain with an active service".to_owned())
}
