//! A sign-out bites in every service.

use std::time::{Duration, Instant};

use api::events::{SESSIONS, SessionEvent};
use api::gateway::{ApiKeySecret, Person, SessionTokens, UserRole};
use chassis::calls::Calls;
use chassis::principal::{KeySource, Revocations, TokenError, TokenVerifier};
use reqwest::{Method, StatusCode};
use serde_json::json;
use store::Redis;
use store::testing::{PrivateRedis, test_redis};
use time::OffsetDateTime;
use tokio::task::JoinHandle;

use crate::app::{App, DEADLINE, expect_problem};

/// How long the other service trusts tokens without word of what was revoked: longer than it waits
/// for a word while nothing happens.
const SILENCE: Duration = Duration::from_secs(7);

/// What another service does about tokens: keys over HTTP, revocations over Redis.
pub struct OtherService {
    pub verifier: TokenVerifier,
    following: JoinHandle<()>,
}

impl OtherService {
    /// Starts one and waits until it has heard what was revoked.
    pub async fn start(app: &App, redis: Redis) -> Self {
        let service = Self::start_unheard(app, redis);
        let started = Instant::now();
        while service.verifier.check_silence().is_err() {
            assert!(started.elapsed() < DEADLINE, "it hears nothing");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        service
    }

    fn start_unheard(app: &App, redis: Redis) -> Self {
        let source = KeySource::Remote {
            url: format!("{}/.well-known/jwks.json", app.url),
            calls: Calls::new(Duration::from_secs(2)).unwrap(),
        };
        let revocations = Revocations::default();
        let verifier = TokenVerifier::new(&app.config.verifier(), source, revocations.clone())
            .refusing_after(SILENCE);
        let following = tokio::spawn(async move {
            let apply = |event: SessionEvent| revocations.apply(&event, OffsetDateTime::now_utc());
            let heard = || revocations.heard();
            let replay = Duration::from_mins(16);
            store::events::follow_heard(&redis, SESSIONS, replay, apply, heard).await;
        });
        Self { verifier, following }
    }

    /// How long until the token is refused as revoked, or called in.
    async fn until_refused(&self, token: &str) -> Duration {
        let started = Instant::now();
        loop {
            match self.verifier.verify(token).await {
                Err(TokenError::Revoked | TokenError::CalledIn) => return started.elapsed(),
                Ok(_) => {}
                Err(other) => panic!("refused for another reason: {other}"),
            }
            assert!(started.elapsed() < DEADLINE, "the token is still accepted");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for OtherService {
    fn drop(&mut self) {
        self.following.abort();
    }
}

pub async fn sign_out(app: &App, token: &str) {
    let out = app.request(Method::DELETE, "/api/v1/session").bearer_auth(token);
    assert_eq!(out.send().await.unwrap().status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn other_services_refuse_the_token_within_a_second() {
    let redis = test_redis().await.unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let other = OtherService::start(&app, redis).await;
    let tokens = app.sign_in().await;
    let principal = other.verifier.verify(&tokens.access_token).await.unwrap();
    assert_eq!(principal.session, Some(tokens.session_id));
    sign_out(&app, &tokens.access_token).await;
    let took = other.until_refused(&tokens.access_token).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn a_service_that_starts_later_learns_of_recent_sign_outs() {
    let redis = test_redis().await.unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let tokens = app.sign_in().await;
    sign_out(&app, &tokens.access_token).await;
    let other = OtherService::start(&app, redis).await;
    other.until_refused(&tokens.access_token).await;
}

#[tokio::test]
async fn a_sign_out_while_redis_is_away_is_told_when_it_is_back() {
    let mut server = PrivateRedis::start().await.unwrap();
    let redis = Redis::new(&server.url(), "nexus").unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let other = OtherService::start(&app, redis).await;
    let tokens = app.sign_in().await;
    other.verifier.verify(&tokens.access_token).await.unwrap();

    server.kill();
    sign_out(&app, &tokens.access_token).await;
    let here = app.get("/api/v1/session", &tokens.access_token).await;
    assert_eq!(here.status(), StatusCode::UNAUTHORIZED, "gateway-api itself knows at once");
    other.verifier.verify(&tokens.access_token).await.unwrap();

    server.restart().await.unwrap();
    let took = other.until_refused(&tokens.access_token).await;
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn sign_outs_that_redis_forgot_are_told_again() {
    let mut server = PrivateRedis::start().await.unwrap();
    let redis = Redis::new(&server.url(), "nexus").unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let tokens = app.sign_in().await;
    sign_out(&app, &tokens.access_token).await;
    server.restart().await.unwrap();
    let other = OtherService::start(&app, redis).await;
    other.until_refused(&tokens.access_token).await;
}

#[tokio::test]
async fn a_service_that_hears_nothing_refuses_everybody_until_it_hears_again() {
    let mut server = PrivateRedis::start().await.unwrap();
    let redis = Redis::new(&server.url(), "nexus").unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let other = OtherService::start(&app, redis).await;
    let token = app.sign_in().await.access_token;
    // Nothing happens, which is no silence.
    tokio::time::sleep(SILENCE + Duration::from_secs(1)).await;
    other.verifier.verify(&token).await.unwrap();

    server.kill();
    let started = Instant::now();
    while other.verifier.verify(&token).await.is_ok() {
        assert!(started.elapsed() < SILENCE + DEADLINE, "the token is still accepted");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let refused = other.verifier.verify(&token).await;
    assert!(matches!(refused, Err(TokenError::Silence(_))), "{refused:?}");
    assert!(other.verifier.check_silence().is_err(), "readiness says so too");

    server.restart().await.unwrap();
    let started = Instant::now();
    while let Err(refused) = other.verifier.verify(&token).await {
        assert!(matches!(refused, TokenError::Silence(_)), "{refused}");
        assert!(started.elapsed() < DEADLINE, "it does not hear again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_process_that_starts_while_redis_is_away_lets_nobody_in_who_was_signed_out() {
    let mut server = PrivateRedis::start().await.unwrap();
    let redis = Redis::new(&server.url(), "nexus").unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let admin = app.sign_in().await.access_token;
    let gone = app.sign_in().await.access_token;
    let viewer = app.sign_in_viewer().await.access_token;
    sign_out(&app, &gone).await;
    promote(&app, &admin, &viewer).await;
    server.kill();

    let late = app.beside(redis.clone()).await;
    let status = |token: String| {
        let asked = late.request(Method::GET, "/api/v1/session").bearer_auth(token);
        async move { asked.send().await.unwrap().status() }
    };
    assert_eq!(status(gone.clone()).await, StatusCode::UNAUTHORIZED, "it reads its own database");
    assert_eq!(status(viewer).await, StatusCode::UNAUTHORIZED, "so is a role that was changed");
    assert_eq!(status(admin.clone()).await, StatusCode::OK);

    let other = OtherService::start_unheard(&app, redis);
    for token in [&gone, &admin] {
        let refused = other.verifier.verify(token).await;
        assert!(matches!(refused, Err(TokenError::Unheard)), "{refused:?}");
    }
    assert!(other.verifier.check_silence().is_err(), "readiness says so too");
    server.restart().await.unwrap();
    let started = Instant::now();
    while other.verifier.verify(&admin).await.is_err() {
        assert!(started.elapsed() < DEADLINE, "it does not hear");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn signing_out_everywhere_bites_here_while_redis_is_away() {
    let mut server = PrivateRedis::start().await.unwrap();
    let redis = Redis::new(&server.url(), "nexus").unwrap();
    let app = App::start_with(redis, |_| {}).await;
    let here = app.sign_in().await.access_token;
    let others = [app.sign_in().await.access_token, app.sign_in().await.access_token];
    server.kill();
    let out = app.request(Method::DELETE, "/api/v1/sessions").bearer_auth(&here);
    assert!(out.send().await.unwrap().status().is_success());
    for token in others.iter().chain([&here]) {
        let ended = app.get("/api/v1/session", token).await;
        expect_problem(ended, 401, "session-revoked").await;
    }
}

/// Gives whoever has the token another role.
async fn promote(app: &App, admin: &str, token: &str) {
    let me: Person = app.get("/api/v1/me", token).await.json().await.unwrap();
    let role = if me.role == UserRole::Viewer { "operator" } else { "viewer" };
    let edited = app
        .request(Method::PATCH, &format!("/api/v1/people/{}", me.id))
        .bearer_auth(admin)
        .header("if-match", format!("\"{}\"", me.revision))
        .json(&json!({ "role": role }))
        .send()
        .await
        .unwrap();
    assert_eq!(edited.status(), StatusCode::OK);
}

#[tokio::test]
async fn other_services_refuse_tokens_of_another_role_within_a_quarter_of_a_second() {
    let redis = test_redis().await.unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let other = OtherService::start(&app, redis).await;
    let admin = app.sign_in().await.access_token;
    let mut tokens = app.sign_in_viewer().await;
    for _ in 0..5 {
        let before = other.verifier.verify(&tokens.access_token).await.unwrap();
        promote(&app, &admin, &tokens.access_token).await;
        let took = other.until_refused(&tokens.access_token).await;
        assert!(took < Duration::from_millis(250), "{took:?}");
        tokens = app.refresh(&tokens.refresh_token).await.json().await.unwrap();
        let after = other.verifier.verify(&tokens.access_token).await.unwrap();
        assert_ne!(before.scopes, after.scopes);
        assert_eq!(before.session, after.session);
    }
}

#[tokio::test]
async fn a_role_changed_while_redis_is_away_is_told_when_it_is_back() {
    let mut server = PrivateRedis::start().await.unwrap();
    let redis = Redis::new(&server.url(), "nexus").unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let other = OtherService::start(&app, redis.clone()).await;
    let admin = app.sign_in().await.access_token;
    let tokens = app.sign_in_viewer().await;
    other.verifier.verify(&tokens.access_token).await.unwrap();
    server.kill();
    promote(&app, &admin, &tokens.access_token).await;
    let here = app.get("/api/v1/session", &tokens.access_token).await;
    assert_eq!(here.status(), StatusCode::UNAUTHORIZED, "gateway-api itself knows at once");
    server.restart().await.unwrap();
    let took = other.until_refused(&tokens.access_token).await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    // Redis has forgotten it again, and a service starts that has never heard of it.
    server.restart().await.unwrap();
    let late = OtherService::start(&app, redis).await;
    late.until_refused(&tokens.access_token).await;
}

#[tokio::test]
async fn an_api_key_goes_on_with_what_its_owner_may_now() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let viewer = app.sign_in_viewer().await;
    promote(&app, &admin, &viewer.access_token).await;
    let operator: SessionTokens = app.refresh(&viewer.refresh_token).await.json().await.unwrap();
    let new = json!({ "name": "Encoder", "scopes": ["streams:read", "system:read"] });
    let made = app.post_as(&operator.access_token, "/api/v1/api-keys", &new).await;
    let key: ApiKeySecret = made.json().await.unwrap();
    assert_eq!(app.get("/api/v1/system", &key.secret).await.status(), StatusCode::OK);
    promote(&app, &admin, &operator.access_token).await;
    let refused = app.get("/api/v1/system", &key.secret).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN, "at once, and not as a bad key");
}
