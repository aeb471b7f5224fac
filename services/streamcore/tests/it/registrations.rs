//! Streams as the studio sees them.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    encoder::{Source, publish, stop},
    service::TestService,
};

const READ: &[&str] = &["streams:read"];
const WRITE: &[&str] = &["streams:write"];

fn title(title: &str, revision: &str) -> impl FnOnce(RequestBuilder) -> RequestBuilder {
    let body = json!({ "title": title });
    move |request| request.header("if-match", revision.to_owned()).json(&body)
}

#[tokio::test(flavor = "multi_thread")]
async fn all_registered_streams_are_listed_page_by_page() {
    let service = TestService::start().await;
    for slug in ["c", "a", "b"] {
        service.register(slug).await;
    }
    let path = "/api/v1/registrations?limit=2";
    let (_, _, first) = service.call(Method::GET, path, READ, |it| it).await;
    let slugs = |page: &Value| -> Vec<String> {
        let streams = page["streams"].as_array().unwrap();
        let slug = |it: &Value| it["registration"]["slug"].as_str().unwrap().to_owned();
        streams.iter().map(slug).collect()
    };
    assert_eq!(slugs(&first), ["a", "b"]);
    let path = format!("{path}&cursor={}", first["next"].as_str().unwrap());
    let (_, _, second) = service.call(Method::GET, &path, READ, |it| it).await;
    assert_eq!(slugs(&second), ["c"]);
    assert_eq!(second["next"], Value::Null);
    assert_eq!(second["streams"][0]["stream"]["state"], "offline");
    assert_eq!(second["streams"][0]["figures"], Value::Null);
    assert_eq!(second["streams"][0]["registration"]["key_hint"].as_str().unwrap().len(), 4);
    for bad in ["limit=0", "limit=201", "cursor=Not%20ours"] {
        let path = format!("/api/v1/registrations?{bad}");
        let (status, _, problem) = service.call(Method::GET, &path, READ, |it| it).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some("invalid-page")), "{bad}");
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_changes_on_air_and_nobody_overwrites_anybody() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let _encoder = publish(Source::default(), &url);
    service.until_state("demo", "live").await;

    let path = "/api/v1/registrations/demo";
    let (_, headers, _) = service.call(Method::GET, path, READ, |it| it).await;
    assert_eq!(headers["etag"], "\"1\"");
    let (status, headers, renamed) =
        service.call(Method::PATCH, path, WRITE, title(" Evening show ", "\"1\"")).await;
    assert_eq!((status, renamed["title"].as_str()), (200, Some("Evening show")));
    assert_eq!(headers["etag"], "\"2\"");
    assert_eq!(service.json("/api/v1/streams/demo").await["title"], "Evening show");

    for (revision, status, code) in
        [("\"1\"", 412, "changed-meanwhile"), ("*", 412, "changed-meanwhile")]
    {
        let (got, _, problem) =
            service.call(Method::PATCH, path, WRITE, title("Other", revision)).await;
        assert_eq!((got, problem["code"].as_str()), (status, Some(code)), "{revision}");
    }
    let without = |it: RequestBuilder| it.json(&json!({"title": "Other"}));
    let (status, _, problem) = service.call(Method::PATCH, path, WRITE, without).await;
    assert_eq!((status, problem["code"].as_str()), (428, Some("if-match-required")));
    let (status, _, problem) = service.call(Method::PATCH, path, WRITE, title("", "\"2\"")).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("invalid-stream")));
    assert_eq!(service.json("/api/v1/streams/demo").await["title"], "Evening show");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_removed_only_off_air() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let encoder = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    let path = "/api/v1/registrations/demo";
    let (status, _, problem) = service.call(Method::DELETE, path, WRITE, |it| it).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("stream-on-air")));
    stop(encoder).await;
    service.until_state("demo", "offline").await;
    let (status, _, _) = service.call(Method::DELETE, path, WRITE, |it| it).await;
    assert_eq!(status, 204);
    let (status, _, problem) = service.call(Method::DELETE, path, WRITE, |it| it).await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("unknown-stream")));
    let actions: Vec<String> =
        service.audited(2).await.into_iter().map(|event| event.action).collect();
    assert_eq!(actions, ["stream.publish", "stream.remove"]);
    service.stop().await;
}
