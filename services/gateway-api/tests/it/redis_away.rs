//! Without Redis people can still sign in, and attempts are limited in this process.

use std::time::{Duration, Instant};

use api::health::Ready;
use reqwest::{Method, StatusCode};
use store::Redis;

use crate::app::{App, EMAIL, PASSWORD, expect_problem};

async fn app_without_redis() -> App {
    let nowhere = tempfile::tempdir().unwrap().path().join("no-such-socket");
    let redis = Redis::new(&format!("unix://{}", nowhere.display()), "nexus").unwrap();
    App::start_with(redis, |config| config.attempts_per_account = 2).await
}

#[tokio::test]
async fn signing_in_and_out_goes_on() {
    let app = app_without_redis().await;
    let started = Instant::now();
    expect_problem(app.try_sign_in(EMAIL, "wrong password").await, 401, "wrong-credentials").await;
    let tokens = app.sign_in().await;
    let out = app.request(Method::DELETE, "/api/v1/session").bearer_auth(&tokens.access_token);
    assert_eq!(out.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let looked = app.get("/api/v1/session", &tokens.access_token).await;
    expect_problem(looked, 401, "session-revoked").await;
    for _ in 0..2 {
        app.try_sign_in(EMAIL, "wrong password").await;
    }
    expect_problem(app.try_sign_in(EMAIL, PASSWORD).await, 429, "too-many-attempts").await;
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
}

#[tokio::test]
async fn readiness_names_what_is_missing() {
    let app = app_without_redis().await;
    let response = app.request(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let ready: Ready = response.json().await.unwrap();
    let missing: Vec<&str> =
        ready.checks.iter().filter(|c| !c.ready).map(|c| c.name.as_str()).collect();
    assert_eq!(missing, ["redis"]);
    let health = app.request(Method::GET, "/health").send().await.unwrap();
    assert_eq!(health.status(), StatusCode::OK);
}
