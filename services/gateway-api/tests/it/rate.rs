//! Limits on requests: by address, by API key, shared by all processes, and never an outage.

use api::gateway::ApiKeySecret;
use chassis::Secret;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use store::Redis;
use store::testing::{PrivateRedis, test_redis};

use crate::app::{App, expect_problem};

async fn from(app: &App, address: &str) -> Response {
    let request = app.request(Method::GET, "/.well-known/jwks.json");
    request.header("x-forwarded-for", address).send().await.unwrap()
}

/// How many of so many requests at once were served.
async fn served(app: &App, address: &str, count: usize) -> usize {
    let answers = futures_util::future::join_all((0..count).map(|_| from(app, address))).await;
    answers.iter().filter(|answer| answer.status() == StatusCode::OK).count()
}

#[tokio::test]
async fn an_address_is_held_to_its_burst_and_others_are_not_bothered() {
    let app = App::start().await;
    let first = from(&app, "203.0.113.9").await;
    assert_eq!(first.headers()["ratelimit"], "\"address\";r=299;t=1");
    assert_eq!(first.headers()["ratelimit-policy"], "\"address\";q=300;w=15");
    let count = served(&app, "203.0.113.9", 400).await;
    // A request is made good every 50 ms while these are answered.
    assert!((299..399).contains(&count), "{count}");
    let mut refused = from(&app, "203.0.113.9").await;
    while refused.status() == StatusCode::OK {
        refused = from(&app, "203.0.113.9").await;
    }
    assert_eq!(refused.headers()["retry-after"], "1");
    expect_problem(refused, 429, "rate-limited").await;
    assert_eq!(from(&app, "203.0.113.10").await.status(), StatusCode::OK);
    let here = app.request(Method::GET, "/.well-known/jwks.json").send().await.unwrap();
    assert!(here.headers().get("ratelimit").is_none(), "this machine's own are not counted");
}

#[tokio::test]
async fn a_key_with_a_limit_of_its_own_is_held_to_it_even_here() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let body = json!({ "name": "slow", "scopes": ["audit:read"], "requests_per_minute": 5 });
    let made = app.request(Method::POST, "/api/v1/api-keys").bearer_auth(&admin).json(&body);
    let key: ApiKeySecret = made.send().await.unwrap().json().await.unwrap();
    let key = Secret::new(key.secret);
    assert_eq!(app.get("/api/v1/audit", key.expose()).await.status(), StatusCode::OK);
    let refused = app.get("/api/v1/audit", key.expose()).await;
    assert_eq!(refused.headers()["ratelimit-policy"], "\"api-key\";q=1;w=12");
    expect_problem(refused, 429, "rate-limited").await;
    assert_eq!(app.get("/api/v1/audit", &admin).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn two_processes_count_together_and_each_alone_while_redis_is_away() {
    let redis = test_redis().await.unwrap();
    let one = App::start_with(redis.clone(), |_| {}).await;
    let other = App::start_with(redis, |_| {}).await;
    let (here, there) =
        futures_util::join!(served(&one, "203.0.113.9", 300), served(&other, "203.0.113.9", 300));
    assert!((300..500).contains(&(here + there)), "{here} and {there}");

    let mut server = PrivateRedis::start().await.unwrap();
    let redis = Redis::new(&server.url(), "nexus").unwrap();
    let app = App::start_with(redis, |_| {}).await;
    server.kill();
    let alone = served(&app, "203.0.113.9", 400).await;
    assert!((300..400).contains(&alone), "{alone}");
}
