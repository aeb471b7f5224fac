//! Registering clients, the platform's own client, and what browsers' pages may read.

use api::gateway::{Client, ClientPage, ClientWithSecret};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::party::{CODE_GRANTS, Proof, browser, confidential, good, refused, register};
use crate::app::{App, expect_problem};

async fn post(app: &App, token: &str, body: &Value) -> Response {
    let request = app.request(Method::POST, "/api/v1/clients").bearer_auth(token).json(body);
    request.send().await.unwrap()
}

fn planner(changes: &Value) -> Value {
    let mut client = json!({
        "name": "Planner", "grant_types": ["authorization_code"],
        "redirect_uris": ["https://planner.example.org/cb"], "scopes": ["openid"],
    });
    for (name, value) in changes.as_object().unwrap() {
        client[name] = value.clone();
    }
    json!({ "kind": "confidential", "client": client })
}

#[tokio::test]
async fn a_client_is_registered_changed_and_removed() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let response = post(&app, &token, &planner(&json!({}))).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let made: ClientWithSecret = response.json().await.unwrap();
    assert!(made.client_secret.unwrap().starts_with("nxo_"));

    let shown = app.get(&location, &token).await;
    let tag = shown.headers()["etag"].to_str().unwrap().to_owned();
    let text = shown.text().await.unwrap();
    assert!(!text.contains("client_secret") && !text.contains("secret_hash"), "{text}");
    let mut spec = planner(&json!({ "name": "Rundown" }))["client"].clone();
    let edit = |tag: &str, spec: &Value| {
        let request = app.request(Method::PUT, &location).bearer_auth(&token);
        request.header("if-match", tag).json(spec).send()
    };
    let edited = edit(&tag, &spec).await.unwrap();
    assert_eq!(edited.status(), StatusCode::OK);
    assert_eq!(edited.json::<Client>().await.unwrap().spec.name, "Rundown");
    expect_problem(edit(&tag, &spec).await.unwrap(), 412, "changed-meanwhile").await;
    spec["redirect_uris"] = json!(["http://planner.example.org/cb"]);
    let refused = expect_problem(edit("\"2\"", &spec).await.unwrap(), 422, "invalid-client").await;
    assert_eq!(refused.errors[0].pointer, "/redirect_uris/0");

    let gone = app.request(Method::DELETE, &location).bearer_auth(&token).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    expect_problem(app.get(&location, &token).await, 404, "unknown-client").await;
    let actions: Vec<String> = app.audit().await.into_iter().map(|entry| entry.0).collect();
    for action in ["oauth_client.create", "oauth_client.update", "oauth_client.delete"] {
        assert!(actions.iter().any(|known| known == action), "{action}");
    }
}

#[tokio::test]
async fn what_cannot_be_a_client_is_pointed_at() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let cases = [
        (json!({ "name": "" }), "/client/name"),
        (json!({ "redirect_uris": ["https://x.example/#f"] }), "/client/redirect_uris/0"),
        (json!({ "redirect_uris": ["https://*.x.example/"] }), "/client/redirect_uris/0"),
        (json!({ "redirect_uris": [] }), "/client/redirect_uris"),
        (json!({ "scopes": ["openid", "account"] }), "/client/scopes/1"),
        (json!({ "scopes": ["everything"] }), "/client/scopes/0"),
        (json!({ "grant_types": [] }), "/client/grant_types"),
    ];
    for (changes, pointer) in cases {
        let response = post(&app, &token, &planner(&changes)).await;
        let problem = expect_problem(response, 422, "invalid-client").await;
        assert_eq!(problem.errors[0].pointer, pointer);
    }
}

#[tokio::test]
async fn a_new_secret_replaces_the_old_one_at_once() {
    let app = App::start().await;
    let scopes = ["streams:read"];
    let mut party = register(&app, "confidential", &["client_credentials"], &scopes).await;
    let fields = [("grant_type", "client_credentials")];
    good(party.form("/oauth2/token", Proof::Basic, &fields).send().await.unwrap()).await;
    let token = app.sign_in().await.access_token;
    let page: ClientPage = app.get("/api/v1/clients?limit=200", &token).await.json().await.unwrap();
    let find = |id: &str| page.clients.iter().find(|client| client.client_id == id).unwrap().id;
    let path = format!("/api/v1/clients/{}/secret", find(&party.client_id));
    let rotated = app.request(Method::POST, &path).bearer_auth(&token).send().await.unwrap();
    let rotated: ClientWithSecret = rotated.json().await.unwrap();
    let response = party.form("/oauth2/token", Proof::Basic, &fields).send().await.unwrap();
    refused(response, 401, "invalid_client").await;
    party.secret = rotated.client_secret;
    good(party.form("/oauth2/token", Proof::Post, &fields).send().await.unwrap()).await;
    let console = format!("/api/v1/clients/{}", find("console"));
    let removed = app.request(Method::DELETE, &console).bearer_auth(&token).send().await.unwrap();
    expect_problem(removed, 409, "client-is-built-in").await;
}

#[tokio::test]
async fn a_client_that_is_switched_off_loses_its_tokens() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let tokens = party.tokens(&browser(&app).await, &[]).await;
    let token = app.sign_in().await.access_token;
    let page: ClientPage = app.get("/api/v1/clients", &token).await.json().await.unwrap();
    let client = page.clients.iter().find(|client| client.client_id == party.client_id).unwrap();
    let mut spec = serde_json::to_value(&client.spec).unwrap();
    spec["disabled"] = json!(true);
    let request = app.request(Method::PUT, &format!("/api/v1/clients/{}", client.id));
    let request = request.bearer_auth(&token).header("if-match", "\"1\"").json(&spec);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    refused(party.userinfo(&tokens.access_token).await, 401, "invalid_token").await;
    refused(party.refresh(&tokens.refresh_token.unwrap()).await, 401, "invalid_client").await;
}

#[tokio::test]
async fn the_console_needs_no_consent_and_has_the_scope_of_the_account() {
    let app = App::start().await;
    let mut party = register(&app, "public", &CODE_GRANTS, &["openid"]).await;
    party.client_id = "console".to_owned();
    let callback = format!("{}/callback", app.config.issuer);
    let changes = [
        ("redirect_uri", callback.as_str()),
        ("scope", "openid account audit:read offline_access"),
    ];
    let url = format!("{}/oauth2/authorize", app.url);
    let url = reqwest::Url::parse_with_params(&url, party.request(&changes)).unwrap();
    let cookie = browser(&app).await;
    let answer = party.http.get(url).header("cookie", cookie).send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap();
    let query = location.strip_prefix(&format!("{callback}?")).unwrap();
    let code = super::party::params(query)["code"].clone();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", callback.as_str()),
        ("code_verifier", super::party::VERIFIER),
    ];
    let tokens = party.form("/oauth2/token", Proof::Basic, &fields).send().await.unwrap();
    let tokens = good(tokens).await;
    assert_eq!(tokens.scope, "openid account audit:read", "nothing that outlives the sign-in");
    let consents = app.get("/api/v1/session/consents", &tokens.access_token).await;
    assert_eq!(consents.status(), StatusCode::OK);
}

#[tokio::test]
async fn pages_of_registered_clients_may_read_tokens_and_others_may_not() {
    let app = App::start().await;
    confidential(&app).await;
    let preflight = |origin: &'static str, path: &'static str| {
        let request = app.request(Method::OPTIONS, path).header("origin", origin);
        request.header("access-control-request-method", "POST").send()
    };
    let known = preflight("https://planner.example.org", "/oauth2/token").await.unwrap();
    assert_eq!(known.status(), StatusCode::NO_CONTENT);
    let allowed = "access-control-allow-origin";
    assert_eq!(known.headers()[allowed], "https://planner.example.org");
    assert!(!known.headers().contains_key("access-control-allow-credentials"));
    let stranger = preflight("https://evil.example", "/oauth2/token").await.unwrap();
    assert!(!stranger.headers().contains_key(allowed));
    let other = preflight("https://planner.example.org", "/api/v1/session").await.unwrap();
    assert!(!other.headers().contains_key(allowed));
    let config = app.request(Method::GET, "/.well-known/openid-configuration");
    let config = config.header("origin", "https://anybody.example").send().await.unwrap();
    assert_eq!(config.headers()[allowed], "*");
    let config: Value = config.json().await.unwrap();
    assert_eq!(config["issuer"], app.config.issuer);
    assert_eq!(config["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(config["authorization_response_iss_parameter_supported"], true);
}
