//! A running StreamCore of one test.

use std::{net::SocketAddr, time::Duration};

use api::{
    events::{AUDIT, AuditEvent},
    gateway::JwkSet,
    plan::{Entitlements, Limit, PlanCode, PlanLimits},
};
use chassis::entitlements::Plans;
use chassis::principal::{KeySource, Revocations, TokenVerifier, VerifierConfig};
use reqwest::{Method, RequestBuilder, header::HeaderMap};
use serde_json::Value;
use store::{Redis, testing::TestDatabase};
use streamcore::{Config, Owner};
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::authorisation;

/// FREE with its 720 lines, and CREATOR without a limit.
fn plans() -> Plans {
    let entitlements = |plan, stream_height| Entitlements {
        plan,
        features: Vec::new(),
        limits: PlanLimits {
            stream_height,
            render_height: Limit::AtMost(0),
            users: Limit::AtMost(1),
        },
    };
    Plans::new(vec![
        entitlements(PlanCode::Free, Limit::AtMost(720)),
        entitlements(PlanCode::Creator, Limit::Unlimited),
    ])
}

pub(crate) struct TestService {
    pub(crate) base: String,
    pub(crate) rtmp: SocketAddr,
    pub(crate) viewers: Option<SocketAddr>,
    pub(crate) database: TestDatabase,
    pub(crate) redis: Redis,
    pub(crate) http: reqwest::Client,
    stop: CancellationToken,
    served: JoinHandle<()>,
}

impl TestService {
    pub(crate) async fn start() -> Self {
        Self::start_with(Config::default()).await
    }

    pub(crate) async fn start_with(config: Config) -> Self {
        let database = TestDatabase::new(&[streamcore::MIGRATIONS]).await.unwrap();
        let verifier = VerifierConfig {
            issuer: authorisation::ISSUER.into(),
            audience: authorisation::AUDIENCE.into(),
        };
        let keys = KeySource::Local(JwkSet { keys: vec![authorisation::public_key()] }.into());
        let tokens = TokenVerifier::new(&verifier, keys, Revocations::default());
        let config = Config { rtmp_port: 0, webrtc_port: Some(0), ..config };
        let redis = store::testing::test_redis().await.unwrap();
        let built = streamcore::build(&config, plans(), database.pool(), redis.clone(), tokens)
            .await
            .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let (service, rtmp, viewers) = (built.service, built.rtmp, built.viewers);
        let served = tokio::spawn({
            let stop = stop.clone();
            async move {
                chassis::serve(service, listener, stop, Duration::from_secs(5)).await.unwrap();
            }
        });
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { base, rtmp, viewers, database, redis, http, stop, served }
    }

    /// Registers a stream and returns where an encoder publishes it, key included.
    pub(crate) async fn register(&self, slug: &str) -> String {
        self.register_for(slug, None).await
    }

    /// Registers a stream of this owner.
    pub(crate) async fn register_for(&self, slug: &str, owner: Option<Owner>) -> String {
        let pool = self.database.pool();
        let (_, key) = streamcore::registry::create(&pool, slug, slug, owner).await.unwrap();
        self.publish_url(key.expose())
    }

    pub(crate) fn publish_url(&self, key: &str) -> String {
        format!("rtmp://{}/live/{key}", self.rtmp)
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    pub(crate) async fn text(&self, path: &str) -> String {
        let response = self.get(path).await;
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        text
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.text(path).await).unwrap()
    }

    /// Waits until the stream's state is this.
    pub(crate) async fn until_state(&self, slug: &str, wanted: &str) {
        let path = format!("/api/v1/streams/{slug}");
        let reached = timeout(Duration::from_secs(20), async {
            while self.json(&path).await["state"] != wanted {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        assert!(reached.await.is_ok(), "{slug} did not become {wanted}");
    }

    /// Calls an endpoint as somebody with these scopes.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        scopes: &[&str],
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> (u16, HeaderMap, Value) {
        let request = self.http.request(method, format!("{}{path}", self.base));
        let request = change(request.bearer_auth(authorisation::token(scopes)));
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.json().await.unwrap_or(Value::Null))
    }

    /// The first `count` reports to the audit log.
    pub(crate) async fn audited(&self, count: usize) -> Vec<AuditEvent> {
        let seen = std::sync::Mutex::new(Vec::new());
        let following =
            store::events::follow(&self.redis, AUDIT, Duration::from_mins(1), |event| {
                seen.lock().unwrap().push(event);
            });
        let enough = async {
            while seen.lock().unwrap().len() < count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let deadline = tokio::time::sleep(Duration::from_secs(10));
        tokio::select! {
            never = following => match never {},
            () = enough => {}
            () = deadline => panic!("only {} reports came", seen.lock().unwrap().len()),
        }
        seen.into_inner().unwrap()
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        timeout(Duration::from_secs(10), self.served).await.unwrap().unwrap();
    }
}
