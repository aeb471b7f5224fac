//! A service on a port of its own.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use chassis::server::ServeError;
use chassis::{Service, serve};
use reqwest::{Client, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longest that anything in a test may take.
pub const DEADLINE: Duration = Duration::from_secs(10);

pub struct Running {
    pub address: SocketAddr,
    pub client: Client,
    pub stop: CancellationToken,
    pub serving: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    pub async fn router(router: Router) -> Self {
        Self::service(Service::new("demo", router), DEADLINE).await
    }

    pub async fn service(service: Service, drain: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(serve(service, listener, stop.clone(), drain));
        let client = Client::builder().timeout(DEADLINE).no_proxy().build().unwrap();
        Self { address, client, stop, serving }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    /// Waits until the service has ended.
    pub async fn ended(self) -> Result<(), ServeError> {
        tokio::time::timeout(DEADLINE, self.serving).await.unwrap().unwrap()
    }
}
