//! Leaving: closing an account, and coming back.

use api::gateway::{Person, PersonStatus, SessionTokens};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::app::{App, EMAIL, PASSWORD, expect_problem, token_in};

const VIEWER: &str = "viewer@example.org";

async fn leave(app: &App, token: &str) -> Response {
    app.request(Method::DELETE, "/api/v1/me").bearer_auth(token).send().await.unwrap()
}

async fn restore(app: &App, token: &str) -> Response {
    app.post("/api/v1/restore", &json!({ "token": token })).await
}

#[tokio::test]
async fn whoever_leaves_is_out_and_can_come_back() {
    let app = App::start().await;
    let tokens = app.sign_in_viewer().await;
    let closed: Person = leave(&app, &tokens.access_token).await.json().await.unwrap();
    assert_eq!(closed.status, PersonStatus::Leaving);
    let days = (closed.erased_at.unwrap() - time::OffsetDateTime::now_utc()).whole_days();
    assert!((29..=30).contains(&days), "{days}");
    let old = app.get("/api/v1/session", &tokens.access_token).await;
    expect_problem(old, 401, "session-revoked").await;
    expect_problem(app.try_sign_in(VIEWER, PASSWORD).await, 401, "wrong-credentials").await;

    let mail = app.mail(VIEWER).await;
    assert!(mail.subject.contains("will be erased"), "{}", mail.subject);
    let token = token_in(&mail);
    let wrong = app.post("/api/v1/email/verify", &json!({ "token": token })).await;
    expect_problem(wrong, 404, "link-invalid").await;
    assert_eq!(restore(&app, &token).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(app.try_sign_in(VIEWER, PASSWORD).await.status(), StatusCode::OK);
    expect_problem(restore(&app, &token).await, 404, "link-invalid").await;
    let audit = app.audit().await;
    let done: Vec<&str> = audit.iter().map(|(action, ..)| action.as_str()).collect();
    assert!(done.contains(&"user.leave") && done.contains(&"user.restore"), "{done:?}");
}

#[tokio::test]
async fn who_has_lost_the_mail_asks_for_another() {
    let app = App::start().await;
    let tokens = app.sign_in_viewer().await;
    leave(&app, &tokens.access_token).await;
    app.mail(VIEWER).await;
    let asked = app.post("/api/v1/recovery", &json!({ "email": VIEWER })).await;
    assert_eq!(asked.status(), StatusCode::ACCEPTED);
    let mail = app.mail_after(VIEWER, 1).await;
    assert!(mail.subject.contains("about to be erased"), "{}", mail.subject);
    assert_eq!(restore(&app, &token_in(&mail)).await.status(), StatusCode::NO_CONTENT);
    // The first link is not good any more either: there is nothing to take back.
    let first = token_in(&app.mail(VIEWER).await);
    expect_problem(restore(&app, &first).await, 404, "link-invalid").await;
}

#[tokio::test]
async fn what_an_administrator_deletes_its_owner_cannot_bring_back() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let tokens = app.sign_in_viewer().await;
    let left: Person = leave(&app, &tokens.access_token).await.json().await.unwrap();
    let own = token_in(&app.mail(VIEWER).await);
    let path = format!("/api/v1/people/{}", left.id);
    let change = |method: Method, revision: u32| {
        let request = app.request(method, &path).bearer_auth(&admin);
        request.header("if-match", format!("\"{revision}\""))
    };
    let removed = change(Method::DELETE, left.revision).send().await.unwrap();
    let removed: Person = removed.json().await.unwrap();
    assert_eq!(removed.erased_at, left.erased_at, "the hold counts from the first request");
    expect_problem(restore(&app, &own).await, 404, "link-invalid").await;
    app.post("/api/v1/recovery", &json!({ "email": VIEWER })).await;
    let mail = app.mail_after(VIEWER, 1).await;
    assert!(mail.subject.contains("is closed"), "{}", mail.subject);

    let renamed = change(Method::PATCH, removed.revision).json(&json!({ "display_name": "V" }));
    let renamed: Person = renamed.send().await.unwrap().json().await.unwrap();
    assert_eq!((renamed.status, renamed.erased_at), (PersonStatus::Leaving, left.erased_at));
    let open = change(Method::PATCH, renamed.revision).json(&json!({ "disabled": false }));
    let open: Person = open.send().await.unwrap().json().await.unwrap();
    assert_eq!((open.status, open.erased_at), (PersonStatus::Active, None));
    assert_eq!(app.try_sign_in(VIEWER, PASSWORD).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_last_administrator_cannot_leave() {
    let app = App::start().await;
    let tokens: SessionTokens = app.sign_in().await;
    expect_problem(leave(&app, &tokens.access_token).await, 409, "last-administrator").await;
    assert!(app.mails(EMAIL).is_empty());
}
