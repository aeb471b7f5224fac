//! What is forged, replayed or brought to the wrong door gets the standard's error and changes
//! nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::party::{
    CODE_GRANTS, Landing, Party, Proof, REDIRECT, VERIFIER, browser, challenge, confidential,
    error_of, form, good, page_of, refused, register,
};
use crate::app::{App, expect_problem};

fn exchange<'a>(code: &'a str, redirect: &'a str, verifier: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect),
        ("code_verifier", verifier),
    ]
}

async fn send(party: &Party<'_>, fields: &[(&str, &str)]) -> reqwest::Response {
    party.form("/oauth2/token", Proof::Basic, fields).send().await.unwrap()
}

#[tokio::test]
async fn a_code_is_good_for_its_client_redirect_and_verifier_only() {
    let app = App::start().await;
    let (party, thief) = (confidential(&app).await, confidential(&app).await);
    let code = party.code(&browser(&app).await, &[]).await;
    refused(thief.exchange(&code).await, 400, "invalid_grant").await;
    let other = exchange(&code, super::party::OTHER_REDIRECT, VERIFIER);
    refused(send(&party, &other).await, 400, "invalid_grant").await;
    let guess = "x".repeat(43);
    refused(send(&party, &exchange(&code, REDIRECT, &guess)).await, 400, "invalid_grant").await;
    refused(send(&party, &exchange(&code, REDIRECT, "short")).await, 400, "invalid_grant").await;
    let mut forged = code.clone();
    forged.replace_range(10..11, if &forged[10..11] == "A" { "B" } else { "A" });
    refused(party.exchange(&forged).await, 400, "invalid_grant").await;
    let missing = &exchange(&code, REDIRECT, VERIFIER)[..3];
    refused(send(&party, missing).await, 400, "invalid_request").await;
    // None of it has used the code up or ended anything.
    good(party.exchange(&code).await).await;
}

#[tokio::test]
async fn a_late_code_is_no_code() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let code = party.code(&browser(&app).await, &[]).await;
    let late = "UPDATE oauth_grants SET code_expires_at = now() - interval '1 second'";
    sqlx::query(late).execute(&app.database.pool()).await.unwrap();
    refused(party.exchange(&code).await, 400, "invalid_grant").await;
}

#[tokio::test]
async fn a_code_cannot_be_used_as_a_refresh_token_or_the_other_way_round() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let cookie = browser(&app).await;
    let code = party.code(&cookie, &[]).await;
    refused(party.refresh(&code).await, 400, "invalid_grant").await;
    refused(party.refresh(&code.replace("nxa_", "nxg_")).await, 400, "invalid_grant").await;
    let refresh = good(party.exchange(&code).await).await.refresh_token.unwrap();
    refused(party.exchange(&refresh).await, 400, "invalid_grant").await;
    good(party.refresh(&refresh).await).await;
}

#[tokio::test]
async fn whoever_is_not_the_client_gets_nothing() {
    let app = App::start().await;
    let (party, other) = (confidential(&app).await, confidential(&app).await);
    let code = party.code(&browser(&app).await, &[]).await;
    let url = format!("{}/oauth2/token", app.url);
    let fields = exchange(&code, REDIRECT, VERIFIER);
    let secret = party.secret.clone().unwrap();
    let attempts = [
        (party.client_id.clone(), Some(other.secret.clone().unwrap())),
        (party.client_id.clone(), Some(secret[..secret.len() - 1].to_owned())),
        (party.client_id.clone(), Some(String::new())),
        ("nobody".to_owned(), Some(secret.clone())),
    ];
    for (id, secret) in attempts {
        let request = party.http.post(&url).basic_auth(id, secret);
        refused(form(request, &fields).send().await.unwrap(), 401, "invalid_client").await;
    }
    // A confidential client that leaves its secret out is not a public one.
    let mut bare = fields.to_vec();
    bare.push(("client_id", &party.client_id));
    let response = form(party.http.post(&url), &bare).send().await.unwrap();
    refused(response, 401, "invalid_client").await;
    // Proving oneself twice is a mistake.
    let mut twice = fields.to_vec();
    twice.push(("client_secret", &secret));
    refused(send(&party, &twice).await, 400, "invalid_request").await;
    let mut repeated = fields.to_vec();
    repeated.push(("code", "another"));
    refused(send(&party, &repeated).await, 400, "invalid_request").await;
    good(party.exchange(&code).await).await;
}

#[tokio::test]
async fn the_form_must_be_a_form_and_name_a_known_grant_type() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let request = app.request(Method::POST, "/oauth2/token").json(&json!({ "grant_type": "x" }));
    refused(request.send().await.unwrap(), 400, "invalid_request").await;
    refused(send(&party, &[]).await, 400, "invalid_request").await;
    let password = [("grant_type", "password"), ("username", "x"), ("password", "y")];
    refused(send(&party, &password).await, 400, "unsupported_grant_type").await;
    let by_itself = [("grant_type", "client_credentials")];
    refused(send(&party, &by_itself).await, 400, "unauthorized_client").await;
}

#[tokio::test]
async fn faults_of_the_request_go_back_to_the_client_and_faults_of_the_client_do_not() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let cookie = browser(&app).await;
    let back = [
        (&[("response_type", "token")][..], "unsupported_response_type"),
        (&[("response_type", "id_token code")], "unsupported_response_type"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain"), ("code_challenge", VERIFIER)], "invalid_request"),
        (&[("response_mode", "fragment")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("max_age", "soon")], "invalid_request"),
        (&[("id_token_hint", "a.b.c")], "invalid_request"),
    ];
    for (changes, error) in back {
        assert_eq!(error_of(party.authorize(Some(&cookie), changes).await), error, "{changes:?}");
    }
    let page = [
        &[("client_id", "nobody")][..],
        &[("client_id", "")],
        &[("redirect_uri", "")],
        &[("redirect_uri", "javascript:alert(1)")],
        &[("redirect_uri", "https://planner.example.org@evil.example/callback")],
    ];
    for changes in page {
        let landing = party.authorize(Some(&cookie), changes).await;
        assert!(matches!(landing, Landing::Refused(StatusCode::BAD_REQUEST, _)), "{landing:?}");
    }
    let challenge = challenge(VERIFIER);
    let twice = format!(
        "{}/oauth2/authorize?response_type=code&client_id={}&redirect_uri={REDIRECT}&state=1\
         &state=2&code_challenge={challenge}&code_challenge_method=S256",
        app.url, party.client_id
    );
    let response = party.http.get(twice).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("'none'"));
}

/// `alg: none`, a secret that is really the public key, another key, another kid.
#[tokio::test]
async fn forged_id_tokens_and_access_tokens_are_refused() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let cookie = browser(&app).await;
    let tokens = party.tokens(&cookie, &[]).await;
    let good_hint = tokens.id_token.unwrap();
    let claims: Value = serde_json::from_slice(
        &URL_SAFE_NO_PAD.decode(good_hint.split('.').nth(1).unwrap()).unwrap(),
    )
    .unwrap();
    let kid = jsonwebtoken::decode_header(&good_hint).unwrap().kid.unwrap();
    let keys = app.request(Method::GET, "/.well-known/jwks.json").send().await.unwrap();
    let keys: Value = keys.json().await.unwrap();
    let rsa = keys["keys"].as_array().unwrap().iter().find(|key| key["kty"] == "RSA").unwrap();
    let public = rsa["n"].as_str().unwrap();
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut hs256 = Header::new(Algorithm::HS256);
    hs256.kid = Some(kid.clone());
    let confused =
        jsonwebtoken::encode(&hs256, &claims, &EncodingKey::from_secret(public.as_bytes()));
    let stolen = good_hint.rsplit_once('.').unwrap().1;
    let other_user = json!({ "sub": uuid::Uuid::nil() });
    let forged = [
        format!("{}.{}.", part(&json!({ "alg": "none", "kid": kid })), part(&claims)),
        confused.unwrap(),
        format!("{}.{}.{stolen}", part(&json!({ "alg": "RS256", "kid": kid })), part(&other_user)),
        format!("{}.{}.{stolen}", part(&json!({ "alg": "RS256", "kid": "x" })), part(&claims)),
        tokens.access_token.clone(),
    ];
    for hint in &forged {
        let landing = party.authorize(Some(&cookie), &[("id_token_hint", hint)]).await;
        assert_eq!(error_of(landing), "invalid_request");
    }
    // An id token is no access token, however well it is signed.
    for token in forged[..4].iter().chain([&good_hint]) {
        refused(party.userinfo(token).await, 401, "invalid_token").await;
        expect_problem(app.get("/api/v1/audit", token).await, 401, "token-invalid").await;
    }
    let foreign = confidential(&app).await;
    let landing = foreign.authorize(Some(&cookie), &[("id_token_hint", &good_hint)]).await;
    assert_eq!(error_of(landing), "invalid_request", "the hint is another client's");
}

#[tokio::test]
async fn other_sites_cannot_answer_for_the_person() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let cookie = browser(&app).await;
    let page = page_of(party.authorize(Some(&cookie), &[]).await);
    let id = page.rsplit_once('=').unwrap().1;
    let path = format!("/api/v1/interaction/{id}");
    for origin in ["https://evil.example", "null"] {
        let request = app.request(Method::POST, &path).header("cookie", &cookie);
        let request = request.header("origin", origin).json(&json!({ "decision": "allow" }));
        expect_problem(request.send().await.unwrap(), 403, "cross-site-request").await;
    }
    let nobody = party.answer(&page, None, "allow").await;
    expect_problem(nobody, 409, "interaction-needs-sign-in").await;
    assert!(matches!(party.allow(&page, &cookie).await, Landing::Client(_)));
    let again = party.answer(&page, Some(&cookie), "allow").await;
    expect_problem(again, 404, "unknown-interaction").await;
}

/// Somebody else's program must not get at the account of the person who uses it.
#[tokio::test]
async fn a_program_of_others_gets_no_more_than_it_is_registered_for() {
    let app = App::start().await;
    let party = register(&app, "public", &CODE_GRANTS, &["openid", "streams:read"]).await;
    let cookie = browser(&app).await;
    let wanted = [("scope", "openid account audit:read people:write streams:read")];
    let tokens = party.tokens(&cookie, &wanted).await;
    assert_eq!(tokens.scope, "openid streams:read");
    for path in ["/api/v1/audit", "/api/v1/session/consents"] {
        expect_problem(app.get(path, &tokens.access_token).await, 403, "scope-missing").await;
    }
}
