//! Devices without a keyboard (RFC 8628).

use api::gateway::{DeviceAuthorization, DeviceRequest};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::json;

use super::party::{Party, Proof, browser, good, refused, register};
use crate::app::{App, expect_problem};

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn camera(app: &App) -> Party<'_> {
    register(app, "public", &[DEVICE, "refresh_token"], &["openid", "streams:read"]).await
}

async fn codes(party: &Party<'_>) -> DeviceAuthorization {
    let fields = [("scope", "openid streams:read")];
    let request = party.form("/oauth2/device_authorization", Proof::Basic, &fields);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.unwrap()
}

async fn poll(party: &Party<'_>, codes: &DeviceAuthorization) -> Response {
    let fields = [("grant_type", DEVICE), ("device_code", codes.device_code.as_str())];
    party.form("/oauth2/token", Proof::Basic, &fields).send().await.unwrap()
}

/// Lets the device ask again at once, as if it had waited.
async fn wait(app: &App) {
    let sql = "UPDATE oauth_device_requests SET polled_at = polled_at - interval '1 minute'";
    sqlx::query(sql).execute(&app.database.pool()).await.unwrap();
}

fn at_browser(app: &App, cookie: &str, path: &str) -> RequestBuilder {
    let path = format!("/api/v1/interaction/device{path}");
    app.request(Method::POST, &path).header("cookie", cookie).header("origin", app.origin())
}

async fn decide(app: &App, cookie: &str, code: &str, decision: &str) -> Response {
    let body = json!({ "user_code": code, "decision": decision });
    at_browser(app, cookie, "/decision").json(&body).send().await.unwrap()
}

#[tokio::test]
async fn a_device_gets_tokens_once_the_person_has_agreed_elsewhere() {
    let app = App::start().await;
    let party = camera(&app).await;
    let cookie = browser(&app).await;
    let given = codes(&party).await;
    assert_eq!(given.verification_uri, format!("{}/device", app.config.issuer));
    refused(poll(&party, &given).await, 400, "authorization_pending").await;

    let typed = given.user_code.to_lowercase().replace('-', " ");
    let look = at_browser(&app, &cookie, "").json(&json!({ "user_code": typed }));
    let shown: DeviceRequest = look.send().await.unwrap().json().await.unwrap();
    assert_eq!((shown.client.name.as_str(), shown.scopes.len()), ("Planner", 2));
    let decided = decide(&app, &cookie, &typed, "allow").await;
    assert_eq!(decided.status(), StatusCode::NO_CONTENT);
    expect_problem(decide(&app, &cookie, &typed, "deny").await, 404, "unknown-user-code").await;

    wait(&app).await;
    let tokens = good(poll(&party, &given).await).await;
    assert_eq!(tokens.scope, "openid streams:read");
    refused(poll(&party, &given).await, 400, "invalid_grant").await;
    // The device stays signed in when the person signs out at the browser.
    let out = app.request(Method::DELETE, "/api/v1/session").header("cookie", &cookie);
    out.header("origin", app.origin()).send().await.unwrap();
    good(party.refresh(&tokens.refresh_token.unwrap()).await).await;
}

#[tokio::test]
async fn a_hasty_device_is_slowed_down_and_a_refused_or_late_one_is_told() {
    let app = App::start().await;
    let party = camera(&app).await;
    let cookie = browser(&app).await;
    let given = codes(&party).await;
    refused(poll(&party, &given).await, 400, "authorization_pending").await;
    refused(poll(&party, &given).await, 400, "slow_down").await;
    decide(&app, &cookie, &given.user_code, "deny").await;
    wait(&app).await;
    refused(poll(&party, &given).await, 400, "access_denied").await;
    let late = codes(&party).await;
    let sql = "UPDATE oauth_device_requests SET expires_at = now() - interval '1 second'";
    sqlx::query(sql).execute(&app.database.pool()).await.unwrap();
    refused(poll(&party, &late).await, 400, "expired_token").await;
    let look = decide(&app, &cookie, &late.user_code, "allow").await;
    expect_problem(look, 404, "unknown-user-code").await;
}

#[tokio::test]
async fn codes_cannot_be_guessed_or_used_by_another_client() {
    let app = App::start().await;
    let (party, thief) = (camera(&app).await, camera(&app).await);
    let cookie = browser(&app).await;
    let given = codes(&party).await;
    refused(poll(&thief, &given).await, 400, "invalid_grant").await;
    for _ in 0..10 {
        let guess = decide(&app, &cookie, "BCDF-GHJK", "allow").await;
        expect_problem(guess, 404, "unknown-user-code").await;
    }
    let guess = decide(&app, &cookie, &given.user_code, "allow").await;
    assert!(guess.headers().contains_key("retry-after"));
    expect_problem(guess, 429, "too-many-attempts").await;
}

#[tokio::test]
async fn other_sites_and_strangers_cannot_agree() {
    let app = App::start().await;
    let party = camera(&app).await;
    let cookie = browser(&app).await;
    let given = codes(&party).await;
    let body = json!({ "user_code": given.user_code, "decision": "allow" });
    let path = "/api/v1/interaction/device/decision";
    let stranger = app.request(Method::POST, path).header("origin", app.origin()).json(&body);
    assert_eq!(stranger.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let site = app.request(Method::POST, path).header("cookie", &cookie);
    let site = site.header("origin", "https://evil.example").json(&body);
    expect_problem(site.send().await.unwrap(), 403, "cross-site-request").await;
    refused(poll(&party, &given).await, 400, "authorization_pending").await;
}
