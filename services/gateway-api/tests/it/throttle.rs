//! Limits on sign-in attempts.

use reqwest::StatusCode;
use store::testing::test_redis;

use crate::app::{App, EMAIL, PASSWORD, cookie, expect_problem};

#[tokio::test]
async fn guessing_at_one_account_is_stopped_and_others_are_not() {
    let app =
        App::start_with(test_redis().await.unwrap(), |config| config.attempts_per_account = 3)
            .await;
    for _ in 0..3 {
        let wrong = app.try_sign_in(EMAIL, "not the password").await;
        expect_problem(wrong, 401, "wrong-credentials").await;
    }
    let stopped = app.try_sign_in(EMAIL, PASSWORD).await;
    let wait: u64 = stopped.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=300).contains(&wait), "{wait}");
    expect_problem(stopped, 429, "too-many-attempts").await;

    let other = app.try_sign_in("someone@example.org", "not the password").await;
    expect_problem(other, 401, "wrong-credentials").await;
    let elsewhere = app
        .request(reqwest::Method::POST, "/api/v1/session")
        .header("x-forwarded-for", "203.0.113.9")
        .json(&serde_json::json!({ "email": EMAIL, "password": PASSWORD }));
    let elsewhere = elsewhere.send().await.unwrap();
    assert_eq!(elsewhere.status(), StatusCode::OK, "the owner elsewhere is not locked out");
    let last_but_one = app.audit().await.into_iter().rev().nth(2).unwrap();
    assert_eq!(last_but_one.2.as_deref(), Some("throttled"));
}

#[tokio::test]
async fn a_success_wipes_the_slate() {
    let app =
        App::start_with(test_redis().await.unwrap(), |config| config.attempts_per_account = 3)
            .await;
    for _ in 0..3 {
        app.try_sign_in(EMAIL, "not the password").await;
        app.try_sign_in(EMAIL, "not the password").await;
        app.sign_in().await;
    }
}

#[tokio::test]
async fn one_address_cannot_try_many_accounts() {
    let app =
        App::start_with(test_redis().await.unwrap(), |config| config.attempts_per_address = 4)
            .await;
    for index in 0..4 {
        let tried = app.try_sign_in(&format!("user{index}@example.org"), "x").await;
        expect_problem(tried, 401, "wrong-credentials").await;
    }
    expect_problem(app.try_sign_in("user9@example.org", "x").await, 429, "too-many-attempts").await;
}

#[tokio::test]
async fn more_sign_ins_than_the_queue_holds_are_told_to_come_back() {
    let app = App::start_with(test_redis().await.unwrap(), |config| {
        config.password_queue = 1;
        config.attempts_per_account = 1000;
    })
    .await;
    let answers =
        futures_util::future::join_all((0..24).map(|_| app.try_sign_in(EMAIL, PASSWORD))).await;
    let mut busy = 0;
    for answer in answers {
        if answer.status() == StatusCode::OK {
            continue;
        }
        assert_eq!(answer.headers()["retry-after"], "1");
        expect_problem(answer, 503, "sign-in-busy").await;
        busy += 1;
    }
    assert!((1..24).contains(&busy), "{busy} of 24 were told to come back");
}

#[tokio::test]
async fn a_known_device_is_not_locked_out_by_others() {
    let app = App::start_with(test_redis().await.unwrap(), |config| {
        config.attempts_per_account = 3;
        config.attempts_per_account_anywhere = 6;
    })
    .await;
    let known = cookie(&app.try_sign_in(EMAIL, PASSWORD).await, "__Host-nexus-device").unwrap();
    let attempt = |address: String, device: Option<String>, password: &str| {
        let request = app
            .request(reqwest::Method::POST, "/api/v1/session")
            .header("x-forwarded-for", address)
            .json(&serde_json::json!({ "email": EMAIL, "password": password }));
        match device {
            Some(device) => request.header("cookie", device).send(),
            None => request.send(),
        }
    };
    // One sign-in from anywhere is counted already; five more guesses are let through.
    for index in 0..5 {
        let wrong = attempt(format!("203.0.113.{index}"), None, "wrong").await.unwrap();
        expect_problem(wrong, 401, "wrong-credentials").await;
    }
    let stranger = attempt("203.0.113.99".to_owned(), None, PASSWORD).await.unwrap();
    expect_problem(stranger, 429, "too-many-attempts").await;
    let forged = known.replacen("nxd_A", "nxd_B", 1);
    let forged = attempt("203.0.113.99".to_owned(), Some(forged), PASSWORD).await.unwrap();
    expect_problem(forged, 429, "too-many-attempts").await;
    let owner = attempt("203.0.113.0".to_owned(), Some(known.clone()), PASSWORD).await.unwrap();
    assert_eq!(owner.status(), StatusCode::OK, "the owner's own device is let in");

    // A stolen device cookie is no way around the limit.
    for _ in 0..3 {
        let wrong = attempt("203.0.113.50".to_owned(), Some(known.clone()), "wrong").await.unwrap();
        expect_problem(wrong, 401, "wrong-credentials").await;
    }
    let stopped = attempt("203.0.113.51".to_owned(), Some(known), PASSWORD).await.unwrap();
    expect_problem(stopped, 429, "too-many-attempts").await;
}
