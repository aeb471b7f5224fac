//! The JSON API of streams.

use serde_json::{Value, json};

use crate::{authorisation::token, service::TestService};

async fn post(service: &TestService, path: &str, body: &Value) -> (u16, Value) {
    let request = service.http.post(format!("{}{path}", service.base));
    let response = request.bearer_auth(token(&["streams:write"])).json(body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_registered_and_its_key_shown_once() {
    let service = TestService::start().await;
    let (status, body) =
        post(&service, "/api/v1/streams", &json!({"slug": "demo", "title": " Demo show "})).await;
    assert_eq!(status, 201);
    assert!(body["stream_key"].as_str().unwrap().starts_with("nxs_"));
    let shown = service.json("/api/v1/streams/demo").await;
    assert_eq!(shown["title"], "Demo show");
    assert_eq!(shown["state"], "offline");
    assert!(!shown.to_string().contains("nxs_"));
    assert_eq!(service.json("/api/v1/streams").await, json!({"streams": []}));

    let (status, rotated) = post(&service, "/api/v1/streams/demo/key", &json!({})).await;
    assert_eq!(status, 200);
    assert_ne!(rotated["stream_key"], body["stream_key"]);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_registered_is_explained() {
    let service = TestService::start().await;
    service.register("taken").await;
    for (body, status, code) in [
        (json!({"slug": "taken", "title": "x"}), 409, "slug-taken"),
        (json!({"slug": "Not A Slug", "title": "x"}), 422, "invalid-stream"),
        (json!({"slug": "a", "title": " \t"}), 422, "invalid-stream"),
        (json!({"slug": "a", "title": "x".repeat(121)}), 422, "invalid-stream"),
        (json!({"slug": "a"}), 400, "malformed-body"),
        (json!({"slug": "a", "title": "x", "key": "mine"}), 400, "malformed-body"),
    ] {
        let (got, problem) = post(&service, "/api/v1/streams", &body).await;
        assert_eq!((got, problem["code"].as_str()), (status, Some(code)), "{body}: {problem}");
    }
    let unknown = service.get("/api/v1/streams/nobody").await;
    assert_eq!(unknown.status(), 404);
    assert_eq!(unknown.json::<Value>().await.unwrap()["code"], "unknown-stream");
    service.stop().await;
}
