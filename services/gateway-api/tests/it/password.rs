//! Which passwords are taken, and how they are kept.

use api::gateway::{PasswordStrength, SessionTokens};
use reqwest::{Method, StatusCode};
use serde_json::json;
use store::testing::test_redis;

use crate::app::{App, EMAIL, PASSWORD, expect_problem};

async fn hash_of(app: &App, email: &str) -> String {
    sqlx::query_scalar("SELECT password_hash FROM users WHERE email = $1")
        .bind(email)
        .fetch_one(&app.database.pool())
        .await
        .unwrap()
}

async fn change(app: &App, tokens: &SessionTokens, new: &str) -> reqwest::Response {
    app.request(Method::PUT, "/api/v1/me/password")
        .bearer_auth(&tokens.access_token)
        .json(&json!({ "current_password": PASSWORD, "new_password": new }))
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn weak_passwords_are_refused_in_plain_words() {
    let app = App::start().await;
    let tokens = app.sign_in().await;
    for (password, why) in [
        ("short", "at least 10 characters"),
        ("Qwertyuiop", "known from leaks"),
        ("abcabcabcabc", "easy to guess"),
        ("The Administrator", "your own name"),
    ] {
        let problem =
            expect_problem(change(&app, &tokens, password).await, 422, "password-refused").await;
        assert_eq!(problem.errors.len(), 1, "{password}");
        assert!(problem.errors[0].detail.contains(why), "{password}: {problem:?}");
    }
    let good = change(&app, &tokens, "violet engine 1843 loom").await;
    assert_eq!(good.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn whoever_chooses_a_password_sees_its_strength_first() {
    let app = App::start().await;
    let strength = async |body| {
        let answer = app.post("/api/v1/password-strength", &body).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json::<PasswordStrength>().await.unwrap()
    };
    let known = strength(json!({ "password": "Qwertyuiop" })).await;
    assert_eq!(known.score, 0);
    assert!(known.refused.unwrap().contains("known from leaks"));
    let own = json!({ "password": "ada.lovelace1815", "about": ["Ada Lovelace", "ada.lovelace@example.org"] });
    assert!(strength(own).await.refused.is_some());
    let long = strength(json!({ "password": "ä".repeat(600), "about": ["x".repeat(9999)] })).await;
    assert!(long.refused.unwrap().contains("at most 1024 bytes"));
    let good = strength(json!({ "password": "violet engine 1843 loom" })).await;
    assert_eq!(good, PasswordStrength { score: 4, refused: None });
}

#[tokio::test]
async fn a_hash_of_less_work_is_made_anew_when_its_owner_signs_in() {
    let redis = test_redis().await.unwrap();
    // The test's administrator was made with the least work; this process does all it may.
    let app = App::start_with(redis, |config| config.password_hash_milliseconds = 1000).await;
    let before = hash_of(&app, EMAIL).await;
    assert!(before.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{before}");
    let wrong = app.try_sign_in(EMAIL, "not the password").await;
    expect_problem(wrong, 401, "wrong-credentials").await;
    assert_eq!(hash_of(&app, EMAIL).await, before, "a wrong password changes nothing");

    app.sign_in().await;
    let after = hash_of(&app, EMAIL).await;
    assert!(after.starts_with("$argon2id$v=19$m=65536,"), "{after}");
    app.sign_in().await;
    assert_eq!(hash_of(&app, EMAIL).await, after, "it is as good as new ones");
}
