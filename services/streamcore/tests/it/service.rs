//! A running StreamCore of one test.

use std::{net::SocketAddr, time::Duration};

use chassis::principal::{KeySource, Revocations, TokenVerifier, VerifierConfig};
use api::gateway::JwkSet;
use store::testing::TestDatabase;
use streamcore::Config;
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

pub(crate) struct TestService {
    pub(crate) base: String,
    pub(crate) rtmp: SocketAddr,
    pub(crate) database: TestDatabase,
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
        let verifier = VerifierConfig { issuer: "test".into(), audience: "nexus-cos".into() };
        let keys = KeySource::Local(JwkSet { keys: Vec::new() });
        let tokens = TokenVerifier::new(&verifier, keys, Revocations::default());
        let config = Config { rtmp_port: 0, ..config };
        let built = streamcore::build(&config, database.pool(), tokens).await.unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let (service, rtmp) = (built.service, built.rtmp);
        let served = tokio::spawn({
            let stop = stop.clone();
            async move {
                chassis::serve(service, listener, stop, Duration::from_secs(5)).await.unwrap();
            }
        });
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { base, rtmp, database, http, stop, served }
    }

    /// Registers a stream and returns where an encoder publishes it, key included.
    pub(crate) async fn register(&self, slug: &str) -> String {
        let (_, key) = streamcore::registry::create(&self.database.pool(), slug, slug).await.unwrap();
        format!("rtmp://{}/live/{}", self.rtmp, key.expose())
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

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        timeout(Duration::from_secs(10), self.served).await.unwrap().unwrap();
    }
}
