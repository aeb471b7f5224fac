//! Checking tokens with keys that come over HTTP.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use api::gateway::{AccessTokenClaims, Jwk, JwkSet};
use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::get;
use chassis::calls::{CallError, Calls};
use chassis::extract::Json;
use chassis::principal::{KeySource, Revocations, TokenError, TokenVerifier, VerifierConfig};
use chassis::{Principal, Problem};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use time::OffsetDateTime;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::running::{DEADLINE, Running};

/// Test key of RFC 8037, appendix A.
pub const PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const PKCS8: [u8; 48] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];

#[derive(Clone)]
struct Protected(TokenVerifier);

impl FromRef<Protected> for TokenVerifier {
    fn from_ref(state: &Protected) -> Self {
        state.0.clone()
    }
}

/// Publishes the key and counts how often it is asked.
async fn publisher() -> (Running, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let answer = move |State(count): State<Arc<AtomicUsize>>| async move {
        count.fetch_add(1, Ordering::SeqCst);
        Json(JwkSet { keys: vec![public_key()] })
    };
    let router = Router::new().route("/jwks", get(answer)).with_state(count);
    (Running::router(router).await, asked)
}

/// What the tokens of these tests say.
pub static VERIFIER: LazyLock<VerifierConfig> =
    LazyLock::new(|| VerifierConfig { issuer: "issuer".into(), audience: "audience".into() });

pub fn public_key() -> Jwk {
    Jwk::ed25519("k1", PUBLIC)
}

fn verifier(url: String, revocations: Revocations) -> TokenVerifier {
    let calls = Calls::new(Duration::from_secs(1)).unwrap();
    TokenVerifier::new(&VERIFIER, KeySource::Remote { url, calls }, revocations)
}

pub fn token(kid: &str, session: Uuid, scope: &str) -> String {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let claims = AccessTokenClaims {
        iss: "issuer".into(),
        sub: Uuid::from_u128(7),
        aud: "audience".into(),
        sid: Some(session),
        scope: scope.into(),
        roles: vec!["operator".into()],
        exp: now + 60,
        nbf: now,
        iat: now,
        jti: Uuid::now_v7(),
        ..AccessTokenClaims::default()
    };
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("at+jwt".into());
    header.kid = Some(kid.into());
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ed_der(&PKCS8)).unwrap()
}

#[tokio::test]
async fn keys_are_fetched_once_however_many_tokens_and_unknown_keys_come() {
    let (app, asked) = publisher().await;
    let verifier = verifier(app.url("/jwks"), Revocations::default());
    let session = Uuid::now_v7();
    let good = token("k1", session, "streams:read  streams:write");
    let checks = (0..20).map(|_| verifier.verify(&good));
    for principal in futures_util::future::join_all(checks).await {
        let principal = principal.unwrap();
        assert_eq!((principal.subject, principal.session), (Uuid::from_u128(7), Some(session)));
        assert!(principal.require("streams:write").is_ok());
        assert_eq!(principal.require("audit:read").unwrap_err().code().name, "scope-missing");
    }
    for _ in 0..20 {
        let unknown = verifier.verify(&token("k2", session, "")).await;
        assert!(matches!(unknown, Err(TokenError::UnknownKey)));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn known_keys_outlive_their_publisher() {
    let (app, _) = publisher().await;
    let verifier = verifier(app.url("/jwks"), Revocations::default());
    let session = Uuid::now_v7();
    verifier.verify(&token("k1", session, "")).await.unwrap();
    app.stop.cancel();
    app.ended().await.unwrap();
    verifier.verify(&token("k1", session, "")).await.unwrap();
}

#[tokio::test]
async fn without_any_key_the_answer_is_503_and_the_first_key_cures_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let tokens = verifier(format!("http://{address}/jwks"), Revocations::default());
    let protected = get(|principal: Principal| async move { principal.subject.to_string() });
    let router = Router::new().route("/me", protected).with_state(Protected(tokens));
    let app = Running::router(router).await;
    let request = || {
        let good = token("k1", Uuid::now_v7(), "");
        app.client.get(app.url("/me")).bearer_auth(good).send()
    };
    let away = request().await.unwrap();
    assert_eq!(
        (away.status().as_u16(), &away.headers()["retry-after"]),
        (503, &"1".parse().unwrap())
    );

    let jwk = serde_json::json!({
        "kty": "OKP", "crv": "Ed25519", "x": PUBLIC, "kid": "k1", "alg": "EdDSA", "use": "sig",
    });
    let body = serde_json::json!({ "keys": [jwk, { "kty": "OKP", "crv": "Ed25519", "x": "broken",
        "kid": "k0", "alg": "EdDSA", "use": "sig" }] });
    let router = Router::new().route("/jwks", get(|| async move { axum::Json(body) }));
    let listener = TcpListener::bind(address).await.unwrap();
    let serving = tokio::spawn(axum::serve(listener, router).into_future());
    let back = request().await.unwrap();
    assert_eq!(back.text().await.unwrap(), Uuid::from_u128(7).to_string());
    serving.abort();
}

#[tokio::test]
async fn a_revoked_session_is_refused_with_a_challenge() {
    let (keys, _) = publisher().await;
    let revocations = Revocations::default();
    let tokens = verifier(keys.url("/jwks"), revocations.clone());
    let protected = get(|principal: Principal| async move { principal.subject.to_string() });
    let app =
        Running::router(Router::new().route("/me", protected).with_state(Protected(tokens))).await;
    let session = Uuid::now_v7();
    let good = token("k1", session, "");
    let request = || app.client.get(app.url("/me")).bearer_auth(&good).send();
    assert_eq!(request().await.unwrap().status(), 200);
    let now = OffsetDateTime::now_utc();
    revocations.revoke(session, now + Duration::from_mins(1), now);
    let refused = request().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert_eq!(
        refused.headers()["www-authenticate"],
        "Bearer realm=\"nexus-cos\", error=\"invalid_token\""
    );
}

#[tokio::test]
async fn calls_pass_the_request_id_on_and_read_problems() {
    let inner = Router::new()
        .route(
            "/echo",
            get(|headers: axum::http::HeaderMap| async move {
                axum::Json(headers["x-request-id"].to_str().unwrap().to_owned())
            }),
        )
        .route(
            "/refuse",
            get(|| async {
                Err::<(), _>(Problem::new(&chassis::problem::codes::NOT_FOUND, "gone"))
            }),
        )
        .route("/hang", get(std::future::pending::<()>))
        .route("/text", get(|| async { "not json" }));
    let inner = Running::router(inner).await;
    let calls = Calls::new(Duration::from_millis(300)).unwrap();

    let id = chassis::request_id::RequestId::generate();
    let url = inner.url("/echo");
    let seen: String = id.clone().scope(calls.get(&url)).await.unwrap();
    assert_eq!(seen, id.as_str());

    let refused = calls.get::<String>(&inner.url("/refuse")).await;
    assert!(
        matches!(refused, Err(CallError::Refused { problem, .. }) if problem.code == "not-found")
    );
    let late = calls.get::<String>(&inner.url("/hang")).await;
    assert!(matches!(late, Err(CallError::TimedOut { .. })));
    let odd = calls.get::<String>(&inner.url("/text")).await;
    assert!(matches!(odd, Err(CallError::Unexpected { status: 200, .. })));
    inner.stop.cancel();
    let url = inner.url("/text");
    tokio::time::timeout(DEADLINE, inner.ended()).await.unwrap().unwrap();
    assert!(matches!(calls.get::<String>(&url).await, Err(CallError::Unreachable { .. })));
}
