//! Project Wycheproof's tokens and keys against the verifier. None of them is signed as ours are,
//! so all must be refused, those that are good elsewhere too, with their keys published or not; and
//! none of the keys may get in the way of ours.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use chassis::calls::Calls;
use chassis::principal::{KeySource, Revocations, TokenError, TokenVerifier};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::keys::{PUBLIC, VERIFIER, token};
use crate::running::Running;

const SIGNATURES: &str = include_str!("../wycheproof/json_web_signature_test.json");
const KEYS: &str = include_str!("../wycheproof/json_web_key_test.json");
const CRYPTO: &str = include_str!("../wycheproof/json_web_crypto_test.json");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    number_of_tests: usize,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    comment: String,
    public: Option<Value>,
    private: Option<Value>,
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    tc_id: u32,
    /// In compact serialization, or in JSON.
    jws: Option<Value>,
    jwe: Option<Value>,
}

impl Vector {
    fn token(&self) -> String {
        let token = self.jws.as_ref().or(self.jwe.as_ref()).unwrap();
        token.as_str().map_or_else(|| token.to_string(), str::to_owned)
    }
}

impl Group {
    /// Its keys as a document may publish them, those that must stay secret included.
    fn keys(&self) -> Vec<Value> {
        let keys = [&self.public, &self.private].into_iter().flatten();
        keys.flat_map(|key| match key.get("keys").and_then(Value::as_array) {
            Some(set) => set.clone(),
            None => vec![key.clone()],
        })
        .collect()
    }
}

/// A verifier that fetches these keys; they stay published as long as the server lives.
async fn verifier(keys: Vec<Value>) -> (Running, TokenVerifier) {
    let body = json!({ "keys": keys });
    let router = Router::new().route("/jwks", get(|| async move { axum::Json(body) }));
    let app = Running::router(router).await;
    let source = KeySource::Remote {
        url: app.url("/jwks"),
        calls: Calls::new(Duration::from_secs(5)).unwrap(),
    };
    (app, TokenVerifier::new(&VERIFIER, source, Revocations::default()))
}

fn ours() -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": PUBLIC, "kid": "k1", "alg": "EdDSA", "use": "sig" })
}

/// The same key, claimed to be for our algorithm.
fn relabelled(mut key: Value) -> Value {
    key["kty"] = json!("OKP");
    key["crv"] = json!("Ed25519");
    key["alg"] = json!("EdDSA");
    key["use"] = json!("sig");
    key
}

/// Judges every token of a file with its keys published beside ours; how many there were.
async fn all_refused(file: &str, published: fn(Value) -> Value) -> usize {
    let vectors: Vectors = serde_json::from_str(file).unwrap();
    let mut judged = 0;
    for group in &vectors.test_groups {
        let mut keys: Vec<Value> = group.keys().into_iter().map(published).collect();
        keys.push(ours());
        let (_app, verifier) = verifier(keys).await;
        let good = token("k1", Uuid::now_v7(), "");
        assert!(verifier.verify(&good).await.is_ok(), "ours, beside {}", group.comment);
        for vector in &group.tests {
            let refused = verifier.verify(&vector.token()).await;
            assert!(
                matches!(refused, Err(TokenError::Invalid(_) | TokenError::UnknownKey)),
                "{} {}: {refused:?}",
                group.comment,
                vector.tc_id
            );
            judged += 1;
        }
    }
    assert_eq!(judged, vectors.number_of_tests);
    judged
}

#[tokio::test]
async fn no_token_of_another_algorithm_passes_with_its_key_published() {
    assert_eq!(all_refused(SIGNATURES, |key| key).await, 401);
    assert_eq!(all_refused(CRYPTO, |key| key).await, 83);
    assert_eq!(all_refused(KEYS, |key| key).await, 26);
}

#[tokio::test]
async fn no_key_becomes_ours_by_being_called_so() {
    assert_eq!(all_refused(SIGNATURES, relabelled).await, 401);
    assert_eq!(all_refused(KEYS, relabelled).await, 26);
}
