//! Every endpoint says who may call it, and is held to that.

use std::sync::LazyLock;

use api::gateway::{AccessTokenClaims, Jwk};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chassis::access::Access;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::service::TestService;

pub(crate) const ISSUER: &str = "https://nexuscos.test";
pub(crate) const AUDIENCE: &str = "nexus-cos";
const KEY_ID: &str = "test";

static KEY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap().as_ref().to_vec()
});

const LISTED: Access = Access::Public("what is on air may be watched by anybody");

const CASES: [(&str, &str, Access); 19] = [
    ("GET", "/api/v1/streams", LISTED),
    ("POST", "/api/v1/streams", Access::Scope("streams:write")),
    ("GET", "/api/v1/streams/{slug}", LISTED),
    ("POST", "/api/v1/streams/{slug}/key", Access::Scope("streams:write")),
    ("DELETE", "/api/v1/streams/{slug}/key", Access::Scope("streams:write")),
    ("GET", "/api/v1/streams/{slug}/stats", Access::Scope("streams:read")),
    ("DELETE", "/api/v1/streams/{slug}/live", Access::Scope("streams:write")),
    ("GET", "/api/v1/registrations", Access::Scope("streams:read")),
    ("GET", "/api/v1/registrations/{slug}", Access::Scope("streams:read")),
    ("PATCH", "/api/v1/registrations/{slug}", Access::Scope("streams:write")),
    ("DELETE", "/api/v1/registrations/{slug}", Access::Scope("streams:write")),
    ("GET", "/api/v1/ingest", Access::Scope("streams:read")),
    ("GET", "/live/{slug}/{file}", LISTED),
    ("GET", "/live/{slug}/{rendition}/{file}", LISTED),
    ("POST", "/whep/{slug}", LISTED),
    ("OPTIONS", "/whep/{slug}", LISTED),
    ("PATCH", "/whep/{slug}/{session}", LISTED),
    ("DELETE", "/whep/{slug}/{session}", LISTED),
    ("OPTIONS", "/whep/{slug}/{session}", LISTED),
];

pub(crate) fn public_key() -> Jwk {
    let pair = Ed25519KeyPair::from_pkcs8(&KEY).unwrap();
    Jwk::ed25519(KEY_ID, URL_SAFE_NO_PAD.encode(pair.public_key()))
}

/// An access token with these scopes.
pub(crate) fn token(scopes: &[&str]) -> String {
    token_until(scopes, 300)
}

fn token_until(scopes: &[&str], seconds: i64) -> String {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let claims = AccessTokenClaims {
        iss: ISSUER.into(),
        sub: Uuid::now_v7(),
        aud: AUDIENCE.into(),
        sid: None,
        scope: scopes.join(" "),
        roles: Vec::new(),
        exp: now + seconds,
        nbf: now - 600,
        iat: now - 600,
        jti: Uuid::now_v7(),
        ..AccessTokenClaims::default()
    };
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("at+jwt".into());
    header.kid = Some(KEY_ID.into());
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(&KEY)).unwrap()
}

#[test]
fn every_endpoint_has_a_case() {
    let endpoints = streamcore::endpoints();
    for endpoint in &endpoints {
        let (method, path) = (endpoint.method.as_str(), endpoint.path.as_str());
        let case = CASES.iter().find(|(m, p, _)| (*m, *p) == (method, path));
        let (_, _, access) = case.unwrap_or_else(|| panic!("{method} {path} has no case"));
        match (access, endpoint.access) {
            // The reasons are two ways to say it.
            (Access::Public(_), Access::Public(_)) => {}
            (expected, declared) => assert_eq!(*expected, declared, "{method} {path}"),
        }
    }
    assert_eq!(endpoints.len(), CASES.len(), "a case names an endpoint that does not exist");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_what_the_endpoint_asks_for() {
    let service = TestService::start().await;
    service.register("demo").await;
    for (method, path, access) in CASES {
        let url = format!("{}{}", service.base, path.replace("{slug}", "demo"));
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let body = match method {
            Method::PATCH => serde_json::json!({"title": "Other"}),
            _ => serde_json::json!({"slug": "other", "title": "Other"}),
        };
        let request = || {
            let request = service.http.request(method.clone(), &url);
            request.header("if-match", "\"1\"").json(&body)
        };
        let Access::Scope(scope) = access else {
            let status = request().send().await.unwrap().status().as_u16();
            // Nothing is on air, so there is no media; bodies are JSON, not SDP.
            let expected = match (method.as_str(), path) {
                ("OPTIONS", _) => 204,
                ("POST" | "PATCH", "/whep/{slug}" | "/whep/{slug}/{session}") => 415,
                (_, path) if path.starts_with("/live/") || path.starts_with("/whep/") => 404,
                _ => 200,
            };
            assert_eq!(status, expected, "{method} {path}");
            continue;
        };
        let expired = token_until(&[scope], -120);
        let other = if scope == "streams:read" { "streams:write" } else { "streams:read" };
        let other = token(&[other]);
        let forged = token(&[scope]).replace('.', ".A");
        for (bearer, status, code) in [
            (None, 401, "sign-in-required"),
            (Some(forged.as_str()), 401, "token-invalid"),
            (Some(expired.as_str()), 401, "token-expired"),
            (Some(other.as_str()), 403, "scope-missing"),
        ] {
            let request = bearer.iter().fold(request(), reqwest::RequestBuilder::bearer_auth);
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), status, "{method} {path} {code}");
            assert_eq!(response.headers()["content-type"], "application/problem+json");
            let problem: Value = response.json().await.unwrap();
            assert_eq!(problem["code"], code, "{method} {path}");
        }
    }
    service.stop().await;
}
