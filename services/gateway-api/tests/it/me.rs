//! One's own account.

use api::gateway::{Person, SessionTokens, UserRole};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, EMAIL, expect_problem};

#[tokio::test]
async fn everybody_sees_and_names_themselves() {
    let app = App::start().await;
    let viewer = app.sign_in_viewer().await.access_token;
    let response = app.get("/api/v1/me", &viewer).await;
    assert_eq!(response.headers()["etag"], "\"1\"");
    let me: Person = response.json().await.unwrap();
    assert_eq!((me.email.as_str(), me.role), ("viewer@example.org", UserRole::Viewer));
    let edit = |body: Value, tag: &'static str| {
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

#[tokio::test]
async fn everybody_can_take_along_what_is_kept_about_them() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let tokens = app.sign_in_viewer().await;
    sqlx::query("UPDATE users SET role = 'operator' WHERE role = 'viewer'")
        .execute(&app.database.pool())
        .await
        .unwrap();
    let tokens: SessionTokens = app.refresh(&tokens.refresh_token).await.json().await.unwrap();
    let viewer = tokens.access_token;
    let key = json!({ "name": "Encoder", "scopes": ["streams:read"] });
    app.post_as(&viewer, "/api/v1/api-keys", &key).await;
    app.post_as(&viewer, "/api/v1/organisations", &json!({ "name": "Studio" })).await;
    app.post_as(&viewer, "/api/v1/me/totp", &json!({})).await;
    // An administrator did something to the account, from somewhere.
    sqlx::query(
        "INSERT INTO audit_log (id, at, action, outcome, address, subject)
         SELECT gen_random_uuid(), now(), 'user.edit', 'success', '203.0.113.9', 'user:' || id
         FROM users WHERE email = 'viewer@example.org'",
    )
    .execute(&app.database.pool())
    .await
    .unwrap();
    let answer = app.post_as(&viewer, "/api/v1/me/export", &json!({})).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(name, "attachment; filename=\"nexus-account.json\"");
    let everything: Value = answer.json().await.unwrap();
    assert_eq!(everything["account"]["email"], "viewer@example.org");
    for (kind, rows) in [
        ("sessions", 1),
        ("authenticator_apps", 1),
        ("passkeys", 0),
        ("recovery_codes", 0),
        ("api_keys", 1),
        ("connected_programs", 0),
        ("sign_ins_of_programs", 0),
        ("organisations", 1),
        ("teams", 0),
        ("links_by_mail", 0),
        ("mails", 0),
    ] {
        assert_eq!(everything[kind].as_array().unwrap().len(), rows, "{kind}");
    }
    let log = everything["audit_log"].as_array().unwrap();
    let edited = log.iter().find(|entry| entry["action"] == "user.edit").unwrap();
    assert_eq!(edited["address"], Value::Null, "where others are is not theirs to know");
    assert!(log.iter().any(|entry| entry["address"] == "127.0.0.1"), "one's own is");
    let actions: Vec<&str> = everything["audit_log"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["action"].as_str())
        .collect();
    assert!(actions.contains(&"session.sign_in") && actions.contains(&"api_key.create"));
    let text = everything.to_string();
    for secret in ["argon2", "nxk_", "hash", "sealed", EMAIL] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let audit = app.audit().await;
    assert!(audit.iter().any(|(action, ..)| action == "user.export"));
    let others = app.post_as(&admin, "/api/v1/me/export", &json!({})).await;
    assert!(!others.text().await.unwrap().contains("viewer@example.org"));
}
