//! Signing keys are replaced while two processes of the gateway and another service run.

use std::time::{Duration, Instant};

use api::gateway::{JwkSet, SessionTokens};
use chassis::principal::TokenError;
use gateway_api::admin::{self, Rotation};
use reqwest::{Method, StatusCode};
use store::testing::test_redis;

use crate::app::{App, expect_problem};
use crate::revocation::OtherService;

/// Longer than a process takes to see what another did to the keys.
const LIMIT: Duration = Duration::from_secs(30);

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

/// Replaces the keys as the command line does it, in a process of its own.
async fn rotate(app: &App, rotation: Rotation) {
    admin::rotate_signing_keys(&app.config, &app.database.pool(), rotation).await.unwrap();
}

/// The ids that a process publishes.
async fn published(app: &App) -> Vec<String> {
    let keys = app.request(Method::GET, "/.well-known/jwks.json").send().await.unwrap();
    let keys: JwkSet = keys.json().await.unwrap();
    keys.keys.into_iter().map(|key| key.kid).collect()
}

async fn until_published(app: &App, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
    let started = Instant::now();
    loop {
        let kids = published(app).await;
        if wanted(&kids) {
            return kids;
        }
        assert!(started.elapsed() < LIMIT, "still {kids:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Signs in until the token is signed with another key than this.
async fn signed_otherwise(app: &App, old: &str) -> SessionTokens {
    let started = Instant::now();
    loop {
        let tokens = app.sign_in().await;
        if kid(&tokens.access_token) != old {
            return tokens;
        }
        assert!(started.elapsed() < LIMIT, "still signs with {old}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn accepts(app: &App, token: &str) {
    let answer = app.get("/api/v1/session", token).await;
    assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text().await.unwrap());
}

#[tokio::test]
async fn tokens_outlive_an_announced_rotation_and_die_with_a_stolen_key() {
    let redis = test_redis().await.unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let beside = app.beside(redis.clone()).await;
    let service = OtherService::start(&beside, redis).await;
    let first = app.sign_in().await;
    service.verifier.verify(&first.access_token).await.unwrap();

    // Announced: published everywhere before it signs.
    rotate(&app, Rotation::Announced).await;
    let here = until_published(&app, |kids| kids.len() == 4).await;
    let there = until_published(&beside, |kids| kids.len() == 4).await;
    assert_eq!(here, there);
    let old = kid(&first.access_token);
    let unseen = app.sign_in().await;
    assert_eq!(kid(&unseen.access_token), old, "an announced key does not sign yet");

    // Its time comes: new tokens are good at once, old ones as long as they last.
    let sql = "UPDATE signing_keys SET created_at = created_at - interval '11 minutes',
               activates_at = activates_at - interval '11 minutes',
               retires_at = retires_at - interval '11 minutes'";
    sqlx::query(sql).execute(&app.database.pool()).await.unwrap();
    let second = signed_otherwise(&app, &old).await;
    service.verifier.verify(&second.access_token).await.unwrap();
    service.verifier.verify(&unseen.access_token).await.unwrap();
    for process in [&app, &beside] {
        accepts(process, &second.access_token).await;
        accepts(process, &first.access_token).await;
    }

    // Stolen: what it signed is refused, and nobody has to sign in again.
    let (stolen, mine) = (app.sign_in().await, app.sign_in().await);
    let taken = kid(&stolen.access_token);
    rotate(&app, Rotation::AtOnce).await;
    for process in [&app, &beside] {
        until_published(process, |kids| !kids.contains(&taken) && !kids.contains(&old)).await;
        let refused = process.get("/api/v1/session", &stolen.access_token).await;
        expect_problem(refused, 401, "token-invalid").await;
    }
    let renewed = app.refresh(&mine.refresh_token).await;
    assert_eq!(renewed.status(), StatusCode::OK);
    let renewed: SessionTokens = renewed.json().await.unwrap();
    accepts(&beside, &renewed.access_token).await;
    // The other service sees a key that it does not know, and with it that the old one is gone.
    let started = Instant::now();
    while let Err(refused) = service.verifier.verify(&renewed.access_token).await {
        assert!(matches!(refused, TokenError::UnknownKey), "{refused}");
        assert!(started.elapsed() < LIMIT, "the new key is not fetched");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let refused = service.verifier.verify(&stolen.access_token).await;
    assert!(matches!(refused, Err(TokenError::UnknownKey)), "{refused:?}");
}
