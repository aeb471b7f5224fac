//! API keys: made, used at any service, rotated with an overlap, revoked.

use std::time::{Duration, Instant};

use api::gateway::{ApiKey, ApiKeyList, ApiKeyPage, ApiKeySecret, ApiKeyToken};
use chassis::calls::Calls;
use chassis::principal::{ApiKeys, KeySource, Revocations, TokenError, TokenVerifier};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::testing::test_redis;
use time::OffsetDateTime;

use crate::app::{App, DEADLINE, EMAIL, expect_problem};

async fn send(app: &App, method: Method, path: &str, token: &str, body: &Value) -> Response {
    app.request(method, path).bearer_auth(token).json(body).send().await.unwrap()
}

async fn make(app: &App, token: &str, scopes: &[&str]) -> ApiKeySecret {
    let body = json!({ "name": " Lights ", "scopes": scopes });
    let response = send(app, Method::POST, "/api/v1/api-keys", token, &body).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.json().await.unwrap()
}

async fn exchange(app: &App, key: &str) -> Response {
    app.request(Method::POST, "/api/v1/api-keys/token").bearer_auth(key).send().await.unwrap()
}

async fn own(app: &App, token: &str) -> Vec<ApiKey> {
    let list: ApiKeyList = app.get("/api/v1/api-keys", token).await.json().await.unwrap();
    list.api_keys
}

#[tokio::test]
async fn a_key_is_shown_once_and_does_what_it_was_made_for() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let made = make(&app, &admin, &["audit:read"]).await;
    assert_eq!(made.api_key.name, "Lights");
    assert!(made.secret.starts_with(&made.api_key.hint));
    assert_eq!(app.get("/api/v1/audit", &made.secret).await.status(), StatusCode::OK);
    let people = app.get("/api/v1/api-keys/everyone", &made.secret).await;
    expect_problem(people, 403, "scope-missing").await;
    expect_problem(app.get("/api/v1/api-keys", &made.secret).await, 403, "scope-missing").await;

    let listed = app.get("/api/v1/api-keys", &admin).await.text().await.unwrap();
    assert!(!listed.contains(&made.secret), "the secret is not shown again");
    let used = own(&app, &admin).await[0].last_used_at.unwrap();
    assert!((OffsetDateTime::now_utc() - used).whole_seconds() < 60);
    let (hash, whole): (Vec<u8>, String) =
        sqlx::query_as("SELECT key_hash, row_to_json(api_keys)::text FROM api_keys")
            .fetch_one(&app.database.pool())
            .await
            .unwrap();
    assert_eq!(hash.len(), 32);
    assert!(!whole.contains(&made.secret[26..]), "only a hash is kept");
    let actions: Vec<String> = app.audit().await.into_iter().map(|entry| entry.0).collect();
    assert_eq!(actions.last().unwrap(), "api_key.create");
}

#[tokio::test]
async fn a_key_cannot_be_more_than_its_maker_or_what_keys_may_be() {
    let app = App::start().await;
    let viewer = app.sign_in_viewer().await.access_token;
    let now = OffsetDateTime::now_utc() - Duration::from_secs(1);
    let past = now.format(&time::format_description::well_known::Rfc3339).unwrap();
    for (change, pointer) in [
        (json!({ "scopes": ["audit:read"] }), "/scopes"),
        (json!({ "scopes": ["account"] }), "/scopes"),
        (json!({ "scopes": [] }), "/scopes"),
        (json!({ "name": "" }), "/name"),
        (json!({ "expires_at": past }), "/expires_at"),
        (json!({ "requests_per_minute": 0 }), "/requests_per_minute"),
    ] {
        let admin = app.sign_in().await.access_token;
        let mut body = json!({ "name": "x", "scopes": ["streams:read"] });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let by = if pointer == "/scopes" { &viewer } else { &admin };
        let refused = send(&app, Method::POST, "/api/v1/api-keys", by, &body).await;
        let problem = expect_problem(refused, 422, "invalid-api-key").await;
        assert_eq!(problem.errors[0].pointer, pointer, "{change}");
    }
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM api_keys")
        .fetch_one(&app.database.pool())
        .await
        .unwrap();
    assert_eq!(count, 0);
}

#[tokio::test]
async fn an_account_has_at_most_fifty_keys_however_many_are_made_at_once() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    sqlx::query(
        "INSERT INTO api_keys (id, user_id, name, prefix, key_hash, scopes)
         SELECT gen_random_uuid(), u.id, 'x', 'x', sha256(n::text::bytea), '{streams:read}'
         FROM users u, generate_series(1, 48) n",
    )
    .execute(&app.database.pool())
    .await
    .unwrap();
    let body = json!({ "name": "x", "scopes": ["streams:read"] });
    let many = (0..6).map(|_| send(&app, Method::POST, "/api/v1/api-keys", &admin, &body));
    let answers = futures_util::future::join_all(many).await;
    let made = answers.iter().filter(|answer| answer.status() == StatusCode::CREATED).count();
    assert_eq!(made, 2);
    let refused = answers.into_iter().find(|answer| answer.status() != StatusCode::CREATED);
    expect_problem(refused.unwrap(), 409, "too-many-api-keys").await;
}

#[tokio::test]
async fn a_rotated_key_and_its_successor_both_work_until_the_overlap_is_over() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let first = make(&app, &admin, &["audit:read"]).await;
    let path = format!("/api/v1/api-keys/{}/rotation", first.api_key.id);
    let rotate = |overlap: u32| {
        let (app, admin, path) = (&app, &admin, &path);
        async move { send(app, Method::POST, path, admin, &json!({ "overlap_seconds": overlap })).await }
    };
    let second: ApiKeySecret = rotate(3600).await.json().await.unwrap();
    assert_ne!(second.secret, first.secret);
    assert!(second.api_key.previous_until.is_some());
    for key in [&first.secret, &second.secret] {
        assert_eq!(exchange(&app, key).await.status(), StatusCode::OK);
    }
    let ends = "UPDATE api_keys SET previous_until = now() + interval '5 seconds'";
    sqlx::query(ends).execute(&app.database.pool()).await.unwrap();
    let late: ApiKeyToken = exchange(&app, &first.secret).await.json().await.unwrap();
    assert!(late.expires_in <= 5, "a token does not outlive the key: {}", late.expires_in);
    let over = "UPDATE api_keys SET previous_until = now()";
    sqlx::query(over).execute(&app.database.pool()).await.unwrap();
    expect_problem(exchange(&app, &first.secret).await, 401, "api-key-refused").await;

    let third: ApiKeySecret = rotate(0).await.json().await.unwrap();
    expect_problem(exchange(&app, &second.secret).await, 401, "api-key-refused").await;
    assert_eq!(exchange(&app, &third.secret).await.status(), StatusCode::OK);
    expect_problem(rotate(604_801).await, 422, "invalid-api-key").await;
}

#[tokio::test]
async fn mistyped_foreign_expired_and_ownerless_keys_are_refused_alike() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let key = make(&app, &admin, &["audit:read"]).await.secret;
    let mut slipped = key.clone();
    slipped.replace_range(40..41, if &key[40..41] == "A" { "B" } else { "A" });
    let id = uuid::Uuid::now_v7();
    let foreign = chassis::api_key::compose(id, &"s".repeat(chassis::api_key::SECRET_LENGTH));
    let known = chassis::api_key::id(&key).unwrap();
    let guessed = chassis::api_key::compose(known, &"s".repeat(chassis::api_key::SECRET_LENGTH));
    for (what, key) in [("slipped", slipped), ("foreign", foreign), ("guessed", guessed)] {
        expect_problem(exchange(&app, &key).await, 401, "api-key-refused").await;
        let used = app.get("/api/v1/audit", &key).await;
        let problem = expect_problem(used, 401, "api-key-refused").await;
        assert!(!problem.detail.contains(&key), "{what}: the key is not repeated");
    }
    for change in ["UPDATE api_keys SET expires_at = now()", "UPDATE users SET disabled_at = now()"]
    {
        assert_eq!(exchange(&app, &key).await.status(), StatusCode::OK);
        sqlx::query(change).execute(&app.database.pool()).await.unwrap();
        expect_problem(exchange(&app, &key).await, 401, "api-key-refused").await;
        sqlx::query("UPDATE api_keys SET expires_at = NULL")
            .execute(&app.database.pool())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_key_loses_the_scopes_that_its_owner_loses() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let key = make(&app, &admin, &["audit:read", "streams:read"]).await.secret;
    sqlx::query("UPDATE users SET role = 'operator'").execute(&app.database.pool()).await.unwrap();
    expect_problem(app.get("/api/v1/audit", &key).await, 403, "scope-missing").await;
    let answer: ApiKeyToken = exchange(&app, &key).await.json().await.unwrap();
    let audit = app.get("/api/v1/audit", &answer.access_token).await;
    expect_problem(audit, 403, "scope-missing").await;
}

#[tokio::test]
async fn nobody_touches_the_keys_of_others_but_administrators() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let key = make(&app, &admin, &["audit:read"]).await;
    let viewer = app.sign_in_viewer().await.access_token;
    let path = format!("/api/v1/api-keys/{}", key.api_key.id);
    let rotation = format!("{path}/rotation");
    for (method, path, body) in [
        (Method::PATCH, &path, json!({ "name": "mine" })),
        (Method::DELETE, &path, Value::Null),
        (Method::POST, &rotation, json!({ "overlap_seconds": 0 })),
    ] {
        let refused = send(&app, method, path, &viewer, &body).await;
        expect_problem(refused, 404, "no-such-api-key").await;
    }
    assert!(own(&app, &viewer).await.is_empty());
    let renamed = send(&app, Method::PATCH, &path, &admin, &json!({ "name": "Other" })).await;
    assert_eq!(renamed.json::<ApiKey>().await.unwrap().name, "Other");
    make(&app, &admin, &["streams:read"]).await;
    let page = "/api/v1/api-keys/everyone?limit=1";
    let first: ApiKeyPage = app.get(page, &admin).await.json().await.unwrap();
    let next = format!("{page}&cursor={}", first.next.unwrap());
    let second: ApiKeyPage = app.get(&next, &admin).await.json().await.unwrap();
    assert_eq!((second.api_keys[0].id, second.next), (key.api_key.id, None));

    let everyone = format!("/api/v1/api-keys/everyone/{}", key.api_key.id);
    let revoked = send(&app, Method::DELETE, &everyone, &admin, &Value::Null).await;
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    expect_problem(app.get("/api/v1/audit", &key.secret).await, 401, "api-key-refused").await;
    let twice = send(&app, Method::DELETE, &everyone, &admin, &Value::Null).await;
    expect_problem(twice, 404, "no-such-api-key").await;
}

/// Another service: keys of tokens over HTTP, API keys exchanged over HTTP, revocations over Redis.
#[tokio::test]
async fn other_services_take_keys_ask_once_and_refuse_revoked_ones_within_a_second() {
    let redis = test_redis().await.unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let calls = Calls::new(Duration::from_secs(2)).unwrap();
    let jwks = format!("{}/.well-known/jwks.json", app.url);
    let source = KeySource::Remote { url: jwks, calls: calls.clone() };
    let revocations = Revocations::default();
    let exchange = format!("{}/api/v1/api-keys/token", app.url);
    let other = TokenVerifier::new(&app.config.verifier(), source, revocations.clone())
        .with_api_keys(ApiKeys::remote(exchange, calls));
    let following = tokio::spawn(async move {
        let apply = |event| revocations.apply(&event, OffsetDateTime::now_utc());
        store::events::follow(&redis, api::events::SESSIONS, Duration::from_mins(1), apply).await;
    });

    let admin = app.sign_in().await.access_token;
    let made = make(&app, &admin, &["streams:read"]).await;
    let all = (0..50).map(|_| other.verify(&made.secret));
    for principal in futures_util::future::join_all(all).await {
        let principal = principal.unwrap();
        assert_eq!(principal.key, Some(made.api_key.id));
        assert_eq!(principal.session, None);
        assert!(principal.require("streams:read").is_ok());
    }
    let metrics = app.request(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap();
    let asked =
        r#"http_requests_total{route="/api/v1/api-keys/token",method="POST",status="2xx"} 1"#;
    assert!(metrics.contains(asked), "fifty at once ask once");
    let mistyped = other.verify("nxk_mistyped").await;
    assert!(matches!(mistyped, Err(TokenError::MistypedKey)));

    let path = format!("/api/v1/api-keys/{}", made.api_key.id);
    let out = send(&app, Method::DELETE, &path, &admin, &Value::Null).await;
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    let started = Instant::now();
    while other.verify(&made.secret).await.is_ok() {
        assert!(started.elapsed() < DEADLINE, "the key is still accepted");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    assert!(matches!(other.verify(&made.secret).await, Err(TokenError::KeyRefused)));
    following.abort();
}

#[tokio::test]
async fn a_key_is_in_no_log_and_no_audit_row() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let key = make(&app, &admin, &["audit:read"]).await.secret;
    app.get("/api/v1/audit", &key).await;
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT row_to_json(audit_log)::text FROM audit_log")
            .fetch_all(&app.database.pool())
            .await
            .unwrap();
    let secret = &key[26..];
    assert!(rows.iter().all(|row| !row.contains(secret)));
    assert!(!crate::logs::text().contains(secret), "{EMAIL} made it");
}
