//! Signing in, refreshing, looking, signing out.

use api::gateway::{Session, SessionTokens, SessionsRevoked, UserRole};
use reqwest::{Method, StatusCode};
use serde_json::json;
use store::testing::test_redis;

use crate::app::{App, EMAIL, PASSWORD, expect_problem};

#[tokio::test]
async fn whoever_knows_the_password_gets_tokens_that_say_who_they_are() {
    let app = App::start().await;
    let response = app.try_sign_in(" ADMIN@Example.org", PASSWORD).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let tokens: SessionTokens = response.json().await.unwrap();
    assert_eq!((tokens.token_type.as_str(), tokens.expires_in), ("Bearer", 300));

    let session: Session =
        app.get("/api/v1/session", &tokens.access_token).await.json().await.unwrap();
    assert_eq!(session.id, tokens.session_id);
    assert_eq!((session.user.email.as_str(), session.user.role), (EMAIL, UserRole::Admin));
    assert!(session.scopes.contains(&"audit:read".to_owned()));
    let audit = app.audit().await;
    assert_eq!(audit[1], ("session.sign_in".into(), "success".into(), None));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_look_the_same() {
    let app = App::start().await;
    let wrong = app.try_sign_in(EMAIL, "not the password").await;
    let wrong = expect_problem(wrong, 401, "wrong-credentials").await;
    let unknown = app.try_sign_in("nobody@example.org", PASSWORD).await;
    let unknown = expect_problem(unknown, 401, "wrong-credentials").await;
    assert_eq!(wrong.detail, unknown.detail);
    for (email, password) in [("not an address", "x"), (EMAIL, "x".repeat(2000).as_str())] {
        expect_problem(app.try_sign_in(email, password).await, 401, "wrong-credentials").await;
    }
    let reasons: Vec<_> = app.audit().await.into_iter().filter_map(|entry| entry.2).collect();
    assert_eq!(reasons, ["wrong-password", "unknown-account"]);
}

/// Both answers cost one Argon2id check; a shortcut for unknown accounts would be 20 times faster.
/// They are timed in turn, and the fastest of each counts, so that other load falls on both.
#[tokio::test]
async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    let app = App::start_with(test_redis().await.unwrap(), |config| {
        config.attempts_per_account = 1000;
    })
    .await;
    let mut fastest = [f64::INFINITY; 2];
    for _ in 0..12 {
        for (fastest, email) in fastest.iter_mut().zip([EMAIL, "nobody@example.org"]) {
            let started = std::time::Instant::now();
            let refused = app.try_sign_in(email, "not the password").await;
            *fastest = fastest.min(started.elapsed().as_secs_f64());
            expect_problem(refused, 401, "wrong-credentials").await;
        }
    }
    let [known, unknown] = fastest;
    assert!((0.4..2.5).contains(&(known / unknown)), "known {known} s, unknown {unknown} s");
}

#[tokio::test]
async fn a_disabled_account_cannot_sign_in_or_refresh() {
    let app = App::start().await;
    let tokens = app.sign_in().await;
    sqlx::query("UPDATE users SET disabled_at = now()")
        .execute(&app.database.pool())
        .await
        .unwrap();
    expect_problem(app.try_sign_in(EMAIL, PASSWORD).await, 401, "wrong-credentials").await;
    expect_problem(app.refresh(&tokens.refresh_token).await, 401, "refresh-token-invalid").await;
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_with_the_reason() {
    let app = App::start().await;
    let path = "/api/v1/session";
    let unknown_key = json!({ "email": EMAIL, "password": PASSWORD, "remember": true });
    let problem = expect_problem(app.post(path, &unknown_key).await, 400, "malformed-body").await;
    assert!(problem.detail.contains("remember"), "{}", problem.detail);
    let plain = app.request(Method::POST, path).body("{}").send().await.unwrap();
    expect_problem(plain, 415, "unsupported-media-type").await;
    let large = json!({ "email": EMAIL, "password": "x".repeat(300 * 1024) });
    expect_problem(app.post(path, &large).await, 413, "body-too-large").await;
    let put = app.request(Method::PUT, path).send().await.unwrap();
    assert_eq!(put.headers()["allow"], "POST,GET,HEAD,DELETE");
    expect_problem(put, 405, "method-not-allowed").await;
    let nowhere = app.request(Method::GET, "/api/v1/nowhere").send().await.unwrap();
    expect_problem(nowhere, 404, "not-found").await;
}

#[tokio::test]
async fn a_refresh_gives_new_tokens_and_an_old_refresh_token_ends_the_session() {
    let app = App::start().await;
    let first = app.sign_in().await;
    let second: SessionTokens = app.refresh(&first.refresh_token).await.json().await.unwrap();
    assert_eq!(second.session_id, first.session_id);
    assert_ne!(second.refresh_token, first.refresh_token);
    assert_eq!(app.get("/api/v1/session", &second.access_token).await.status(), StatusCode::OK);
    let third: SessionTokens = app.refresh(&second.refresh_token).await.json().await.unwrap();

    expect_problem(app.refresh(&first.refresh_token).await, 401, "refresh-token-reused").await;
    expect_problem(app.refresh(&third.refresh_token).await, 401, "refresh-token-invalid").await;
    let looked = app.get("/api/v1/session", &third.access_token).await;
    expect_problem(looked, 401, "session-revoked").await;
    let last = app.audit().await.pop().unwrap();
    assert_eq!(last.2.as_deref(), Some("refresh-token-reused"));
}

#[tokio::test]
async fn whoever_lost_the_answer_to_a_refresh_gets_it_again() {
    let app = App::start().await;
    let first = app.sign_in().await;
    let answers = futures_util::future::join_all(
        (0..8).map(|_| async { app.refresh(&first.refresh_token).await.json().await.unwrap() }),
    )
    .await;
    let successors: Vec<SessionTokens> = answers;
    assert!(successors.iter().all(|t| t.refresh_token == successors[0].refresh_token));
    let generation: i32 = sqlx::query_scalar("SELECT refresh_generation FROM sessions")
        .fetch_one(&app.database.pool())
        .await
        .unwrap();
    assert_eq!(generation, 1, "eight requests at once make one step");
}

#[tokio::test]
async fn a_late_second_use_is_a_theft_even_of_the_last_token() {
    let app = App::start().await;
    let first = app.sign_in().await;
    app.refresh(&first.refresh_token).await;
    sqlx::query("UPDATE sessions SET refreshed_at = refreshed_at - interval '11 seconds'")
        .execute(&app.database.pool())
        .await
        .unwrap();
    expect_problem(app.refresh(&first.refresh_token).await, 401, "refresh-token-reused").await;
}

#[tokio::test]
async fn refresh_tokens_of_ended_or_foreign_sessions_are_refused() {
    let app = App::start().await;
    let tokens = app.sign_in().await;
    let mut forged = tokens.refresh_token.clone();
    forged.replace_range(10..11, if &forged[10..11] == "A" { "B" } else { "A" });
    expect_problem(app.refresh(&forged).await, 401, "refresh-token-invalid").await;
    expect_problem(app.refresh("").await, 401, "refresh-token-invalid").await;
    let expire = "UPDATE sessions SET created_at = created_at - interval '1 hour', \
                  expires_at = now() - interval '1 second'";
    sqlx::query(expire).execute(&app.database.pool()).await.unwrap();
    expect_problem(app.refresh(&tokens.refresh_token).await, 401, "refresh-token-invalid").await;
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let app = App::start().await;
    let (here, there) = (app.sign_in().await, app.sign_in().await);
    let out = app.request(Method::DELETE, "/api/v1/session").bearer_auth(&here.access_token);
    assert_eq!(out.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let looked = app.get("/api/v1/session", &here.access_token).await;
    expect_problem(looked, 401, "session-revoked").await;
    expect_problem(app.refresh(&here.refresh_token).await, 401, "refresh-token-invalid").await;
    assert_eq!(app.get("/api/v1/session", &there.access_token).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions_of_the_user() {
    let app = App::start().await;
    let (here, there) = (app.sign_in().await, app.sign_in().await);
    let viewer = app.sign_in_viewer().await;
    let out = app.request(Method::DELETE, "/api/v1/sessions").bearer_auth(&here.access_token);
    let answer: SessionsRevoked = out.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer.revoked, 2);
    for tokens in [here, there] {
        let looked = app.get("/api/v1/session", &tokens.access_token).await;
        expect_problem(looked, 401, "session-revoked").await;
    }
    assert_eq!(app.get("/api/v1/session", &viewer.access_token).await.status(), StatusCode::OK);
}
