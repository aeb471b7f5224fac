//! Proving again who one is, and what asks for it.

use api::gateway::{ApiKeySecret, PeoplePage, Session};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::testing::test_redis;
use uuid::Uuid;

use crate::app::{App, EMAIL, PASSWORD, cookie, expect_problem};
use crate::oidc::party::{CODE_GRANTS, browser, good, register};
use crate::second_factor::enrol;
use crate::tokens::Forger;

const NEW: &str = "another password for tests";

async fn step_up(app: &App, token: &str, proof: &Value) -> Response {
    app.post_as(token, "/api/v1/session/step-up", proof).await
}

/// Lets the last proof of every session be long ago.
async fn age(app: &App) {
    sqlx::query("UPDATE sessions SET auth_time = auth_time - interval '301 seconds'")
        .execute(&app.database.pool())
        .await
        .unwrap();
}

#[tokio::test]
async fn what_could_take_over_an_account_asks_for_a_fresh_proof() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    age(&app).await;
    let passwords = json!({ "current_password": PASSWORD, "new_password": NEW });
    let (id, nothing) = (Uuid::now_v7(), json!({}));
    let key = json!({ "name": "Lights", "scopes": ["streams:read"] });
    let invitation =
        json!({ "email": "eve@example.org", "display_name": "Eve", "role": "operator" });
    let (role, closed) = (json!({ "role": "admin" }), json!({ "disabled": true }));
    let client = json!({
        "name": "Desk", "kind": "confidential", "grant_types": ["client_credentials"],
        "scopes": ["streams:read"],
    });
    let person = format!("/api/v1/people/{id}");
    let (rotation, secret) =
        (format!("/api/v1/api-keys/{id}/rotation"), format!("/api/v1/clients/{id}/secret"));
    let passkey = format!("/api/v1/me/passkeys/{id}");
    let guarded = [
        (Method::POST, "/api/v1/me/passkeys/start", nothing.clone()),
        (Method::DELETE, &passkey, nothing.clone()),
        (Method::POST, "/api/v1/api-keys", key),
        (Method::POST, &rotation, json!({ "overlap_seconds": 0 })),
        (Method::POST, "/api/v1/people/invitations", invitation),
        (Method::PATCH, &person, role),
        (Method::PATCH, &person, closed),
        (Method::DELETE, &person, nothing.clone()),
        (Method::POST, "/api/v1/clients", client),
        (Method::POST, &secret, nothing),
        (Method::POST, "/api/v1/me/totp", json!({})),
        (Method::POST, "/api/v1/me/totp/confirm", json!({ "code": "123456" })),
        (Method::DELETE, "/api/v1/me/totp", json!({})),
        (Method::POST, "/api/v1/me/recovery-codes", json!({})),
        (Method::PUT, "/api/v1/me/password", passwords),
        (Method::POST, "/api/v1/me/email", json!({ "email": "new@example.org" })),
        (Method::POST, "/api/v1/me/export", json!({})),
        (Method::DELETE, "/api/v1/me", json!({})),
    ];
    for (method, path, body) in &guarded {
        let request = app.request(method.clone(), path).bearer_auth(&token);
        let refused = request.header("if-match", "\"1\"").json(body).send().await.unwrap();
        let asked = refused.headers()["www-authenticate"].to_str().unwrap().to_owned();
        assert_eq!(
            asked,
            "Bearer realm=\"nexus-cos\", error=\"insufficient_user_authentication\", \
             acr_values=\"urn:nexus:aal1\", max_age=\"300\""
        );
        let problem = expect_problem(refused, 401, "step-up-required").await;
        assert_eq!(problem.members["max_age"], 300, "{path}");
    }
    assert_eq!(step_up(&app, &token, &json!({ "password": PASSWORD })).await.status(), 204);
    for (method, path, body) in guarded {
        let request = app.request(method, path).bearer_auth(&token);
        let answer = request.header("if-match", "\"1\"").json(&body).send().await.unwrap();
        assert_ne!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn names_need_no_fresh_proof_and_keys_have_nobody_to_ask() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let key = json!({ "name": "Staff list", "scopes": ["people:read", "people:write"] });
    let key: ApiKeySecret =
        app.post_as(&token, "/api/v1/api-keys", &key).await.json().await.unwrap();
    app.sign_in_viewer().await;
    age(&app).await;
    let people: PeoplePage = app.get("/api/v1/people", &token).await.json().await.unwrap();
    let viewer = people.people.iter().find(|person| person.email == "viewer@example.org").unwrap();
    let edit = |bearer: &str, revision: u32, change: Value| {
        app.request(Method::PATCH, &format!("/api/v1/people/{}", viewer.id))
            .bearer_auth(bearer)
            .header("if-match", format!("\"{revision}\""))
            .json(&change)
            .send()
    };
    let revision = viewer.revision;
    let role = json!({ "role": "operator" });
    let refused = edit(&token, revision, role.clone()).await.unwrap();
    expect_problem(refused, 401, "step-up-required").await;
    let renamed = edit(&token, revision, json!({ "display_name": "Vera" })).await.unwrap();
    assert_eq!(renamed.status(), StatusCode::OK);
    assert_eq!(edit(&key.secret, revision + 1, role).await.unwrap().status(), StatusCode::OK);
    let watcher = json!({ "email": "w@example.org", "display_name": "W", "role": "viewer" });
    let invited = app.post_as(&token, "/api/v1/people/invitations", &watcher).await;
    assert_eq!(invited.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn who_has_two_factors_proves_the_second() {
    let app = App::start().await;
    let (here, there) = (app.sign_in().await, app.sign_in().await);
    let (authenticator, codes) = enrol(&app, &here.access_token).await;
    // The other session is fresh, but of one factor.
    let refused = app.post_as(&there.access_token, "/api/v1/me/recovery-codes", &json!({})).await;
    let problem = expect_problem(refused, 401, "step-up-required").await;
    assert_eq!(problem.members["acr_values"], "urn:nexus:aal2");

    let token = &there.access_token;
    let password = step_up(&app, token, &json!({ "password": PASSWORD })).await;
    expect_problem(password, 422, "second-factor-needed").await;
    let wrong = step_up(&app, token, &json!({ "code": "000000" })).await;
    expect_problem(wrong, 401, "wrong-second-factor").await;
    assert_eq!(step_up(&app, token, &json!({ "code": authenticator.code(0) })).await.status(), 204);
    let session: Session = app.get("/api/v1/session", token).await.json().await.unwrap();
    assert_eq!(session.acr, "urn:nexus:aal2");
    assert!(session.auth_time > session.created_at);
    age(&app).await;
    assert_eq!(step_up(&app, token, &json!({ "code": codes[0] })).await.status(), 204);
    let renewed = app.post_as(token, "/api/v1/me/recovery-codes", &json!({})).await;
    assert_eq!(renewed.status(), StatusCode::OK);
    let last = app.audit().await;
    assert!(last.iter().any(|entry| entry.0 == "session.step_up" && entry.1 == "failure"));
}

#[tokio::test]
async fn new_tokens_say_when_and_how_the_user_was_last_known() {
    let app = App::start().await;
    let tokens = app.sign_in().await;
    let before = Forger::of(&app, &tokens).await.claims().clone();
    assert_eq!(
        (before.acr.as_deref(), before.amr.as_slice()),
        (Some("urn:nexus:aal1"), &["pwd".to_owned()][..])
    );
    enrol(&app, &tokens.access_token).await;
    let refreshed = app.refresh(&tokens.refresh_token).await.json().await.unwrap();
    let after = Forger::of(&app, &refreshed).await.claims().clone();
    assert_eq!(after.acr.as_deref(), Some("urn:nexus:aal2"));
    assert_eq!(after.amr, ["pwd", "otp", "mfa"]);
    assert!(after.auth_time >= before.auth_time);
}

#[tokio::test]
async fn a_page_steps_up_with_its_cookie_and_no_other_site_does() {
    let app = App::start().await;
    let signed_in = app.try_sign_in(EMAIL, PASSWORD).await;
    let held = cookie(&signed_in, "__Host-nexus-session").unwrap();
    let request = |origin: &str| {
        app.request(Method::POST, "/api/v1/session/step-up")
            .header("cookie", &held)
            .header("origin", origin)
            .json(&json!({ "password": PASSWORD }))
            .send()
    };
    let elsewhere = request("https://evil.example").await.unwrap();
    expect_problem(elsewhere, 403, "cross-site-request").await;
    assert_eq!(request(&app.origin()).await.unwrap().status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn wrong_proofs_are_limited_and_half_ones_refused() {
    let redis = test_redis().await.unwrap();
    let app = App::start_with(redis, |config| config.attempts_per_account = 3).await;
    let token = app.sign_in().await.access_token;
    for body in [json!({}), json!({ "password": "x", "code": "y" }), json!({ "pin": "1" })] {
        expect_problem(step_up(&app, &token, &body).await, 400, "malformed-body").await;
    }
    let huge = json!({ "password": "x".repeat(2000) });
    expect_problem(step_up(&app, &token, &huge).await, 401, "wrong-credentials").await;
    for _ in 0..3 {
        let wrong = step_up(&app, &token, &json!({ "password": "wrong" })).await;
        expect_problem(wrong, 401, "wrong-credentials").await;
    }
    let stopped = step_up(&app, &token, &json!({ "password": PASSWORD })).await;
    expect_problem(stopped, 429, "too-many-attempts").await;
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let app = App::start().await;
    let (here, there) = (app.sign_in().await, app.sign_in().await);
    let change = |current: &str, new: &str| {
        let body = json!({ "current_password": current, "new_password": new });
        app.request(Method::PUT, "/api/v1/me/password")
            .bearer_auth(&here.access_token)
            .json(&body)
            .send()
    };
    let weak = expect_problem(change(PASSWORD, "short").await.unwrap(), 422, "password-refused");
    assert_eq!(weak.await.errors[0].pointer, "/new_password");
    expect_problem(change("wrong", NEW).await.unwrap(), 401, "wrong-credentials").await;
    assert_eq!(change(PASSWORD, NEW).await.unwrap().status(), StatusCode::NO_CONTENT);

    assert_eq!(app.get("/api/v1/session", &here.access_token).await.status(), StatusCode::OK);
    let ended = app.get("/api/v1/session", &there.access_token).await;
    expect_problem(ended, 401, "session-revoked").await;
    expect_problem(app.try_sign_in(EMAIL, PASSWORD).await, 401, "wrong-credentials").await;
    assert_eq!(app.try_sign_in(EMAIL, NEW).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_outlives_the_sign_in_is_no_fresh_proof_for_long() {
    let app = App::start().await;
    let scopes = ["openid", "offline_access", "clients:write"];
    let party = register(&app, "confidential", &CODE_GRANTS, &scopes).await;
    let cookie = browser(&app).await;
    let tokens = party.tokens(&cookie, &[("scope", &scopes.join(" "))]).await;
    let client = json!({ "kind": "public", "client": {
        "name": "Back door", "grant_types": CODE_GRANTS, "scopes": ["openid"],
        "redirect_uris": ["https://evil.example/callback"],
    }});
    let made = app.post_as(&tokens.access_token, "/api/v1/clients", &client).await;
    assert_eq!(made.status(), StatusCode::CREATED, "it was agreed to just now");
    let sql = "UPDATE oauth_grants SET auth_time = auth_time - interval '301 seconds'";
    sqlx::query(sql).execute(&app.database.pool()).await.unwrap();
    let renewed = good(party.refresh(&tokens.refresh_token.unwrap()).await).await;
    for token in [tokens.access_token, renewed.access_token] {
        let refused = app.post_as(&token, "/api/v1/clients", &client).await;
        let problem = expect_problem(refused, 401, "step-up-required").await;
        assert_eq!(problem.members["acr_values"], "urn:nexus:aal1");
    }
    // Freshly agreed to, but with one factor by somebody who has two.
    let admin = app.sign_in().await.access_token;
    let token = party.tokens(&cookie, &[("scope", &scopes.join(" "))]).await.access_token;
    enrol(&app, &admin).await;
    let refused = app.post_as(&token, "/api/v1/clients", &client).await;
    let problem = expect_problem(refused, 401, "step-up-required").await;
    assert_eq!(problem.members["acr_values"], "urn:nexus:aal2");
}
