//! Recovering an account.

use std::time::Instant;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{App, EMAIL, PASSWORD, expect_problem, token_in};

const CHOSEN: &str = "violet engine 1843 loom";

async fn recover(app: &App, email: &str) -> reqwest::Response {
    app.post("/api/v1/recovery", &json!({ "email": email })).await
}

async fn reset(app: &App, token: &str, password: &str) -> reqwest::Response {
    let body = json!({ "token": token, "password": password });
    app.post("/api/v1/recovery/reset", &body).await
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_and_is_told() {
    let app = App::start().await;
    let tokens = app.sign_in().await;
    assert_eq!(recover(&app, EMAIL).await.status(), StatusCode::ACCEPTED);
    let mail = app.mail(EMAIL).await;
    assert!(mail.text.starts_with("Hello The Administrator,"), "{}", mail.text);
    let token = token_in(&mail);
    recover(&app, EMAIL).await;
    let other = token_in(&app.mail_after(EMAIL, 1).await);

    expect_problem(reset(&app, &token, "short").await, 422, "password-refused").await;
    assert_eq!(reset(&app, &token, CHOSEN).await.status(), StatusCode::NO_CONTENT);
    let looked = app.get("/api/v1/session", &tokens.access_token).await;
    expect_problem(looked, 401, "session-revoked").await;
    expect_problem(app.refresh(&tokens.refresh_token).await, 401, "refresh-token-invalid").await;
    expect_problem(app.try_sign_in(EMAIL, PASSWORD).await, 401, "wrong-credentials").await;
    assert_eq!(app.try_sign_in(EMAIL, CHOSEN).await.status(), StatusCode::OK);
    let told = app.mail_after(EMAIL, 2).await;
    assert!(told.subject.contains("was changed"), "{}", told.subject);

    for used in [&token, &other] {
        expect_problem(reset(&app, used, CHOSEN).await, 404, "link-invalid").await;
    }
    assert!(app.audit().await.iter().any(|entry| entry.0 == "user.reset_password"));
}

#[tokio::test]
async fn the_answer_is_the_same_for_strangers() {
    let app = App::start().await;
    let (known, unknown) = (recover(&app, EMAIL).await, recover(&app, "who@example.org").await);
    assert_eq!((known.status(), unknown.status()), (StatusCode::ACCEPTED, StatusCode::ACCEPTED));
    assert_eq!(known.text().await.unwrap(), unknown.text().await.unwrap());
    let mail = app.mail("who@example.org").await;
    assert!(mail.subject.starts_with("No account"), "{}", mail.subject);
    assert!(!mail.text.contains("token="), "{}", mail.text);
}

/// Who is meant is looked up after the answer: looking, making a link and writing a mail would take
/// several times as long. Asked in turn, and the fastest of each counts, so that other load falls on
/// both; each time from another address, because one may not ask so often.
#[tokio::test]
async fn the_time_does_not_tell_who_has_an_account() {
    let app = App::start().await;
    let mut fastest = [f64::INFINITY; 2];
    for round in 0..40 {
        for (fastest, email) in fastest.iter_mut().zip([EMAIL, "who@example.org"]) {
            let asked = app.request(Method::POST, "/api/v1/recovery");
            let asked = asked.header("x-forwarded-for", format!("203.0.113.{round}"));
            let started = Instant::now();
            let answer = asked.json(&json!({ "email": email })).send().await.unwrap();
            *fastest = fastest.min(started.elapsed().as_secs_f64());
            assert_eq!(answer.status(), StatusCode::ACCEPTED);
        }
    }
    let [known, unknown] = fastest;
    assert!((0.3..3.3).contains(&(known / unknown)), "known {known} s, unknown {unknown} s");
}

#[tokio::test]
async fn a_closed_account_is_not_opened_by_a_mail() {
    let app = App::start().await;
    let close = "UPDATE users SET disabled_at = now()";
    sqlx::query(close).execute(&app.database.pool()).await.unwrap();
    recover(&app, EMAIL).await;
    let mail = app.mail(EMAIL).await;
    assert!(mail.subject.contains("is closed"), "{}", mail.subject);
    assert!(!mail.text.contains("token="), "{}", mail.text);
}

#[tokio::test]
async fn a_recovery_link_lasts_half_an_hour() {
    let app = App::start().await;
    recover(&app, EMAIL).await;
    let token = token_in(&app.mail(EMAIL).await);
    let minutes: i64 = sqlx::query_scalar(
        "SELECT (extract(epoch FROM expires_at - created_at) / 60)::bigint FROM mail_links",
    )
    .fetch_one(&app.database.pool())
    .await
    .unwrap();
    assert_eq!(minutes, 30);
    let expire = "UPDATE mail_links SET expires_at = now()";
    sqlx::query(expire).execute(&app.database.pool()).await.unwrap();
    expect_problem(reset(&app, &token, CHOSEN).await, 404, "link-invalid").await;
}
