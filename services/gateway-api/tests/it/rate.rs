//! Limits on requests: by address, by API key, shared by all processes, and never an outage.

use std::time::Instant;

use api::gateway::ApiKeySecret;
use chassis::Secret;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use store::Redis;
use store::testing::{PrivateRedis, test_redis};

use crate::app::{App, expect_problem};
use crate::oidc::party::{CODE_GRANTS, Party, Proof, confidential, refused, register};

async fn from(app: &App, address: &str) -> Response {
    let request = app.request(Method::GET, "/.well-known/jwks.json");
    request.header("x-forwarded-for", address).send().await.unwrap()
}

/// How many of so many requests at once were served.
async fn served(app: &App, address: &str, count: usize) -> usize {
    let answers = futures_util::future::join_all((0..count).map(|_| from(app, address))).await;
    answers.iter().filter(|answer| answer.status() == StatusCode::OK).count()
}

/// Most requests of one address that can be served since then: its burst, and one more for every
/// 50 ms.
fn within(began: Instant) -> usize {
    301 + usize::try_from(began.elapsed().as_millis() / 50).unwrap()
}

#[tokio::test]
async fn an_address_is_held_to_its_burst_and_others_are_not_bothered() {
    let app = App::start().await;
    let first = from(&app, "203.0.113.9").await;
    assert_eq!(first.headers()["ratelimit"], "\"address\";r=299;t=1");
    assert_eq!(first.headers()["ratelimit-policy"], "\"address\";q=300;w=15");
    let began = Instant::now();
    let count = served(&app, "203.0.113.9", 400).await;
    assert!((299..=within(began)).contains(&count), "{count}");
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
async fn proving_who_one_is_is_limited_apart_from_reading() {
    let app = App::start().await;
    let send = |path: &'static str| {
        // What is counted is the attempt: the body is not even read.
        let request = app.request(Method::POST, path).header("content-type", "text/plain");
        let request = request.header("x-forwarded-for", "203.0.113.9");
        async move { request.send().await.unwrap() }
    };
    for (path, policy, burst) in [
        ("/api/v1/session", "\"sign-in\";q=30;w=30", 30),
        ("/api/v1/recovery", "\"mail\";q=6;w=30", 6),
    ] {
        let began = Instant::now();
        let first = send(path).await;
        assert_eq!(first.headers()["ratelimit-policy"], policy, "{path}");
        let answers = futures_util::future::join_all((0..burst * 2).map(|_| send(path))).await;
        let served = 1 + answers.iter().filter(|answer| answer.status() != 429).count();
        // One more for every so many seconds, as the policy says.
        let most = burst + 1 + usize::try_from(began.elapsed().as_secs()).unwrap();
        assert!((burst..=most).contains(&served), "{path}: {served}");
    }
    let mut refused = send("/api/v1/sign-up").await;
    while refused.status() != 429 {
        refused = send("/api/v1/sign-up").await;
    }
    assert!(refused.headers().contains_key("retry-after"), "sign-up sends mails too");
    expect_problem(refused, 429, "rate-limited").await;
    let reading = from(&app, "203.0.113.9").await;
    assert_eq!(reading.status(), StatusCode::OK);
    assert_eq!(reading.headers()["ratelimit"], "\"address\";r=299;t=1");
    let body = json!({ "password": "violet engine 1843 loom" });
    let judged = app.request(Method::POST, "/api/v1/password-strength").json(&body);
    let judged = judged.header("x-forwarded-for", "203.0.113.9").send().await.unwrap();
    assert_eq!(judged.headers()["ratelimit-policy"], "\"password\";q=30;w=15");
    assert_eq!(judged.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_program_with_a_secret_is_counted_as_one_wherever_it_asks_from() {
    let redis = test_redis().await.unwrap();
    let app = App::start_with(redis, |config| config.client_requests_per_minute = 30).await;
    let (party, other) = (confidential(&app).await, confidential(&app).await);
    let ask = |party: &Party<'_>, address: &'static str, token: &'static str| {
        let request = party.form("/oauth2/introspect", Proof::Basic, &[("token", token)]);
        let request = request.header("x-forwarded-for", address);
        async move { request.send().await.unwrap() }
    };
    let first = ask(&party, "203.0.113.9", "x").await;
    assert_eq!(first.headers()["ratelimit"], "\"client\";r=5;t=2");
    assert_eq!(first.headers()["ratelimit-policy"], "\"client\";q=6;w=12");
    for address in ["203.0.113.9", "198.51.100.7", "203.0.113.9", "198.51.100.7", "192.0.2.1"] {
        assert_eq!(ask(&party, address, "x").await.status(), StatusCode::OK);
    }
    let (began, mut more) = (Instant::now(), 0);
    let mut over = ask(&party, "192.0.2.2", "x").await;
    while over.status() == StatusCode::OK {
        over = ask(&party, "192.0.2.2", "x").await;
        more += 1;
    }
    // One more for every two seconds since the first.
    assert!(more <= 2 + began.elapsed().as_secs(), "{more}");
    assert!(over.headers().contains_key("retry-after"));
    assert_eq!(over.headers()["ratelimit"].to_str().unwrap().split(';').nth(1), Some("r=0"));
    refused(over, 429, "slow_down").await;
    assert_eq!(ask(&other, "192.0.2.2", "x").await.status(), StatusCode::OK);

    // Who does not know the secret uses up their own address and nobody's client.
    let thief = Party { secret: Some("nxs_wrong".to_owned()), ..confidential(&app).await };
    let wrong = ask(&thief, "203.0.113.50", "x").await;
    assert_eq!(wrong.headers()["ratelimit-policy"], "\"address\";q=300;w=15");
    assert_eq!(wrong.headers()["ratelimit"], "\"address\";r=299;t=1", "counted once");
    refused(wrong, 401, "invalid_client").await;
}

#[tokio::test]
async fn a_public_client_is_counted_by_address_because_anybody_can_name_it() {
    let app = App::start().await;
    let party = register(&app, "public", &CODE_GRANTS, &["openid"]).await;
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let request = party.form("/oauth2/token", Proof::Basic, &fields);
    let answer = request.header("x-forwarded-for", "203.0.113.9").send().await.unwrap();
    assert_eq!(answer.headers()["ratelimit-policy"], "\"address\";q=300;w=15");
    assert_eq!(answer.headers()["ratelimit"], "\"address\";r=299;t=1", "counted once");
    refused(answer, 400, "invalid_grant").await;
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
    let began = Instant::now();
    let (here, there) =
        futures_util::join!(served(&one, "203.0.113.9", 300), served(&other, "203.0.113.9", 300));
    assert!((300..=within(began)).contains(&(here + there)), "{here} and {there}");

    let mut server = PrivateRedis::start().await.unwrap();
    let redis = Redis::new(&server.url(), "nexus").unwrap();
    let app = App::start_with(redis, |_| {}).await;
    server.kill();
    let began = Instant::now();
    let alone = served(&app, "203.0.113.9", 400).await;
    assert!((300..=within(began)).contains(&alone), "{alone}");
}
