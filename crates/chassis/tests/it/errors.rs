//! Every refusal is problem+json and carries the request id.

use std::time::Duration;

use api::problem::Problem;
use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use chassis::Service;
use chassis::extract::{Json, Path, Query};
use chassis::server::Limits;
use reqwest::Response;
use serde::Deserialize;

use crate::running::{DEADLINE, Running};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

async fn panicking() -> &'static str {
    panic!("the password is hunter2");
}

async fn start() -> Running {
    let router = Router::new()
        .route("/panic", get(panicking))
        .route("/hang", get(std::future::pending::<()>))
        .route("/held", get(std::future::pending::<()>))
        .route("/json", post(|Json(body): Json<Named>| async { body.name }))
        .route("/bytes", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/query", get(|Query(query): Query<Named>| async { query.name }))
        .route("/path/{number}", get(|Path(number): Path<u32>| async move { number.to_string() }));
    let limits = Limits {
        request_timeout: Duration::from_millis(200),
        held_routes: vec!["/held"],
        body_bytes: 64,
        ..Limits::default()
    };
    Running::service(Service::new("demo", router).limits(limits), DEADLINE).await
}

async fn expect(response: Response, status: u16, code: &str) -> Problem {
    assert_eq!(response.status().as_u16(), status, "{code}");
    assert_eq!(response.headers()["content-type"], "application/problem+json", "{code}");
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let problem: Problem = response.json().await.unwrap();
    assert_eq!((problem.code.as_str(), problem.status), (code, status));
    assert_eq!(problem.kind, format!("urn:nexus-cos:error:{code}"));
    assert_eq!(problem.instance, Some(id));
    problem
}

#[tokio::test]
async fn a_panic_is_an_internal_error_that_tells_nothing() {
    let app = start().await;
    let problem = expect(app.get("/panic").await, 500, "internal").await;
    assert!(!problem.detail.contains("hunter2"));
    assert_eq!(app.get("/health").await.status(), 200, "the service goes on");
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_given_up_unless_it_holds_requests() {
    let app = start().await;
    let response = app.get("/hang").await;
    assert_eq!(response.headers()["retry-after"], "1");
    expect(response, 504, "request-timed-out").await;
    let held = app.client.get(app.url("/held")).timeout(Duration::from_millis(600)).send().await;
    assert!(held.unwrap_err().is_timeout(), "a held request is not given up");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_the_reason() {
    let app = start().await;
    expect(app.get("/nowhere").await, 404, "not-found").await;
    let put = app.client.put(app.url("/json")).send().await.unwrap();
    assert_eq!(put.headers()["allow"], "POST");
    expect(put, 405, "method-not-allowed").await;
    expect(app.get("/query?nam=x").await, 400, "malformed-query").await;
    expect(app.get("/path/many").await, 400, "malformed-path").await;

    let post = |path: &str, body: String| {
        let request = app.client.post(app.url(path)).header("content-type", "application/json");
        async { request.body(body).send().await.unwrap() }
    };
    for body in ["", "{", "{}", r#"{"name":1}"#, r#"{"name":"x","more":1}"#] {
        expect(post("/json", body.to_owned()).await, 400, "malformed-body").await;
    }
    for path in ["/json", "/bytes"] {
        expect(post(path, "x".repeat(65)).await, 413, "body-too-large").await;
    }
    assert_eq!(post("/bytes", "x".repeat(64)).await.text().await.unwrap(), "64");
    let plain = app.client.post(app.url("/json")).body("{}").send().await.unwrap();
    expect(plain, 415, "unsupported-media-type").await;
}

#[tokio::test]
async fn the_request_id_of_the_proxy_is_kept_and_a_strange_one_is_not() {
    let app = start().await;
    let sent = "0123456789abcdef0123456789abcdef";
    for (id, kept) in [(sent, true), ("a b", false)] {
        let request = app.client.get(app.url("/health")).header("x-request-id", id);
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["x-request-id"] == id, kept, "{id}");
    }
}
