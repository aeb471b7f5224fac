//! One's own account.

use api::gateway::{Person, UserRole};
use reqwest::Method;
use serde_json::json;

use crate::app::{App, EMAIL, expect_problem};

#[tokio::test]
async fn everybody_sees_and_names_themselves() {
    let app = App::start().await;
    let viewer = app.sign_in_viewer().await.access_token;
    let response = app.get("/api/v1/me", &viewer).await;
    assert_eq!(response.headers()["etag"], "\"1\"");
    let me: Person = response.json().await.unwrap();
    assert_eq!((me.email.as_str(), me.role), ("viewer@example.org", UserRole::Viewer));
    let edit = |body: serde_json::Value, tag: &'static str| {
        app.request(Method::PATCH, "/api/v1/me")
            .bearer_auth(&viewer)
            .header("if-match", tag)
            .json(&body)
            .send()
    };
    let renamed = edit(json!({ "display_name": "Somebody else" }), "\"1\"").await.unwrap();
    assert_eq!(renamed.headers()["etag"], "\"2\"");
    let renamed: Person = renamed.json().await.unwrap();
    assert_eq!(renamed.display_name, "Somebody else");
    let late = edit(json!({ "display_name": "Late" }), "\"1\"").await.unwrap();
    expect_problem(late, 412, "changed-meanwhile").await;
    let role = edit(json!({ "role": "admin" }), "\"2\"").await.unwrap();
    expect_problem(role, 400, "malformed-body").await;
    assert_ne!(me.email, EMAIL);
}
