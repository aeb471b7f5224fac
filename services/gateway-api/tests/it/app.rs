//! A running gateway-api on a database and a Redis namespace of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::gateway::SessionTokens;
use api::problem::Problem;
use chassis::Secret;
use gateway_api::admin::{NewAdministrator, create_administrator};
use gateway_api::mail::caught::{self, Caught};
use gateway_api::{Config, MIGRATIONS, Platform};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use store::Redis;
use store::testing::{TestDatabase, test_redis};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

pub const EMAIL: &str = "admin@example.org";
pub const PASSWORD: &str = "a password for tests";

/// Longest that anything in a test may take.
pub const DEADLINE: Duration = Duration::from_secs(20);

pub struct App {
    pub url: String,
    pub client: Client,
    pub database: Arc<TestDatabase>,
    pub config: Config,
    secrets: Arc<TempDir>,
    _stop: DropGuard,
    _serving: JoinHandle<()>,
}

impl App {
    /// Starts one with an administrator.
    pub async fn start() -> Self {
        let redis = test_redis().await.unwrap();
        Self::start_with(redis, |_| {}).await
    }

    pub async fn start_with(redis: Redis, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_in(Platform::default(), redis, change).await
    }

    /// Starts one that is told of a platform around it.
    pub async fn start_in(
        platform: Platform,
        redis: Redis,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        crate::logs::capture();
        let database = TestDatabase::new(&[MIGRATIONS]).await.unwrap();
        let secrets = tempfile::tempdir().unwrap();
        let mut config = Config {
            signing_key_file: secrets.path().join("signing-key.pem"),
            audit_checkpoint_file: secrets.path().join("audit-checkpoints"),
            mail_folder: secrets.path().join("mail"),
            password_threads: 1,
            password_hash_milliseconds: 0,
            attempts_per_address: 1000,
            ..Config::default()
        };
        change(&mut config);
        let new = NewAdministrator {
            email: EMAIL.to_owned(),
            display_name: "The Administrator".to_owned(),
            password: Some(Secret::new(PASSWORD.to_owned())),
            additional: false,
        };
        create_administrator(&database.pool(), new).await.unwrap();

        Self::serve(config, Arc::new(database), Arc::new(secrets), redis, platform).await
    }

    /// Another process of the same service: the same database and secret files.
    pub async fn beside(&self, redis: Redis) -> Self {
        let (database, secrets) = (self.database.clone(), self.secrets.clone());
        Self::serve(self.config.clone(), database, secrets, redis, Platform::default()).await
    }

    async fn serve(
        config: Config,
        database: Arc<TestDatabase>,
        secrets: Arc<TempDir>,
        redis: Redis,
        platform: Platform,
    ) -> Self {
        let plans = crate::plans::plans();
        let service =
            gateway_api::build(&config, plans, database.pool(), redis, platform).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let shutdown = stop.clone();
        let serving = tokio::spawn(async move {
            chassis::serve(service, listener, shutdown, Duration::from_secs(2)).await.unwrap();
        });
        let client = Client::builder().timeout(DEADLINE).no_proxy().build().unwrap();
        Self { url, client, database, config, secrets, _stop: stop.drop_guard(), _serving: serving }
    }

    pub fn signing_key_file(&self) -> PathBuf {
        self.config.signing_key_file.clone()
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub async fn get(&self, path: &str, token: &str) -> Response {
        self.request(Method::GET, path).bearer_auth(token).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    pub async fn post_as(&self, token: &str, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).bearer_auth(token).json(body).send().await.unwrap()
    }

    pub async fn try_sign_in(&self, email: &str, password: &str) -> Response {
        self.post("/api/v1/session", &json!({ "email": email, "password": password })).await
    }

    /// Where the platform's own pages come from.
    pub fn origin(&self) -> String {
        self.config.issuer.clone()
    }

    /// Signs the administrator in.
    pub async fn sign_in(&self) -> SessionTokens {
        let response = self.try_sign_in(EMAIL, PASSWORD).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    /// Adds an account that may only watch, with the administrator's password, and signs it in.
    pub async fn sign_in_viewer(&self) -> SessionTokens {
        sqlx::query(
            "INSERT INTO users (id, email, display_name, role, password_hash)
             SELECT gen_random_uuid(), 'viewer@example.org', 'Viewer', 'viewer', password_hash
             FROM users WHERE email = $1",
        )
        .bind(EMAIL)
        .execute(&self.database.pool())
        .await
        .unwrap();
        let response = self.try_sign_in("viewer@example.org", PASSWORD).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    pub async fn refresh(&self, token: &str) -> Response {
        self.post("/api/v1/session/refresh", &json!({ "refresh_token": token })).await
    }

    /// Every mail that was sent to an address so far, oldest first.
    pub fn mails(&self, to: &str) -> Vec<Caught> {
        let mails = caught::list(&self.config.mail_folder).unwrap();
        mails.into_iter().filter(|mail| mail.to == to).collect()
    }

    /// Waits for the mail that comes after `before` others to an address.
    pub async fn mail_after(&self, to: &str, before: usize) -> Caught {
        let started = Instant::now();
        loop {
            if let Some(mail) = self.mails(to).into_iter().nth(before) {
                return mail;
            }
            assert!(started.elapsed() < DEADLINE, "no mail for {to}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits for the first mail to an address.
    pub async fn mail(&self, to: &str) -> Caught {
        self.mail_after(to, 0).await
    }

    /// Actions, outcomes and reasons of the audit log, oldest first.
    pub async fn audit(&self) -> Vec<(String, String, Option<String>)> {
        sqlx::query_as("SELECT action, outcome, details->>'reason' FROM audit_log ORDER BY id")
            .fetch_all(&self.database.pool())
            .await
            .unwrap()
    }
}

/// The token of the link in a mail.
pub fn token_in(mail: &Caught) -> String {
    let (_, rest) = mail.text.split_once("#token=").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// Checks status, media type and code of an error answer.
pub async fn expect_problem(response: Response, status: u16, code: &str) -> Problem {
    assert_eq!(response.status().as_u16(), status, "{code}");
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let challenged = response.headers().contains_key("www-authenticate");
    assert_eq!(challenged, status == 401, "a challenge comes with 401 and only then");
    let problem: Problem = response.json().await.unwrap();
    assert_eq!(problem.code, code, "{}", problem.detail);
    assert_eq!(problem.status, status);
    assert_eq!(problem.instance, Some(request_id));
    problem
}

/// A cookie that an answer sets, as a browser sends it back.
pub fn cookie(response: &Response, name: &str) -> Option<String> {
    let set = response.headers().get_all("set-cookie").iter();
    let mut pairs = set.filter_map(|value| value.to_str().ok()?.split(';').next());
    pairs.find(|pair| pair.split('=').next() == Some(name)).map(str::to_owned)
}
