//! Which access tokens are accepted.

use std::fs;

use api::gateway::{AccessTokenClaims, JwkSet, SessionTokens};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use reqwest::{Method, StatusCode};

use crate::app::{App, expect_problem};

pub struct Forger {
    key: EncodingKey,
    kid: String,
    claims: AccessTokenClaims,
}

impl Forger {
    /// With the service's own key and the claims of a good token.
    pub async fn of(app: &App, tokens: &SessionTokens) -> Self {
        let (kid, pkcs8) = stolen_key(app).await;
        let jwks: JwkSet = app
            .request(Method::GET, "/.well-known/jwks.json")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let public = jwks.keys.iter().find(|key| key.kid == kid).unwrap();
        let public = DecodingKey::from_ed_components(public.x.as_ref().unwrap()).unwrap();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[&app.config.audience]);
        let good =
            jsonwebtoken::decode::<AccessTokenClaims>(&tokens.access_token, &public, &validation);
        Self { key: EncodingKey::from_ed_der(&pkcs8), kid, claims: good.unwrap().claims }
    }

    /// What the good token says.
    pub fn claims(&self) -> &AccessTokenClaims {
        &self.claims
    }

    /// A good token that allows nothing.
    pub fn without_scopes(&self) -> String {
        self.sign(&self.header(), |claims| claims.scope = String::new())
    }

    fn header(&self) -> Header {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.kid.clone());
        header
    }

    fn sign(&self, header: &Header, change: impl FnOnce(&mut AccessTokenClaims)) -> String {
        let mut claims = self.claims.clone();
        change(&mut claims);
        jsonwebtoken::encode(header, &claims, &self.key).unwrap()
    }
}

/// What somebody with the secret file and the database can get: the key that signs access tokens,
/// opened by the documented construction and not by the code under test.
async fn stolen_key(app: &App) -> (String, Vec<u8>) {
    let (kid, sealed): (String, Vec<u8>) =
        sqlx::query_as("SELECT kid, private_key FROM signing_keys WHERE alg = 'EdDSA'")
            .fetch_one(&app.database.pool())
            .await
            .unwrap();
    let pem = fs::read_to_string(app.signing_key_file()).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let secret = STANDARD.decode(body).unwrap();
    let mac = |key: &[u8], text: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text);
    let extracted = mac(b"nexus-cos gateway-api", &secret);
    let key = mac(extracted.as_ref(), b"signing keys, version 1\x01");
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_ref()).unwrap());
    let (nonce, ciphertext) = sealed.split_at(12);
    let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
    let mut bytes = ciphertext.to_vec();
    let context = format!("signing_keys:{kid}");
    let opened = key.open_in_place(nonce, Aad::from(context), &mut bytes).unwrap().to_vec();
    (kid, opened)
}

#[tokio::test]
async fn a_token_is_refused_unless_everything_about_it_is_right() {
    let app = App::start().await;
    let tokens = app.sign_in().await;
    let forger = Forger::of(&app, &tokens).await;
    let header = forger.header();
    let genuine = forger.sign(&header, |_| {});
    assert_eq!(app.get("/api/v1/session", &genuine).await.status(), StatusCode::OK);

    let other_type = Header { typ: Some("JWT".to_owned()), ..header.clone() };
    let other_kid = Header { kid: Some("someone-else".to_owned()), ..header.clone() };
    let no_kid = Header { kid: None, ..header.clone() };
    let body = genuine.split('.').nth(1).unwrap();
    let none = URL_SAFE_NO_PAD
        .encode(format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{}"}}"#, forger.kid));
    // A token "signed" with the public key as an HMAC secret.
    let hmac = Header { alg: Algorithm::HS256, ..header.clone() };
    let confused =
        jsonwebtoken::encode(&hmac, &forger.claims, &EncodingKey::from_secret(b"public")).unwrap();
    let stranger = aws_lc_rs::signature::Ed25519KeyPair::generate_pkcs8v1(
        &aws_lc_rs::rand::SystemRandom::new(),
    )
    .unwrap();
    let stranger = EncodingKey::from_ed_der(stranger.as_ref());
    let foreign = jsonwebtoken::encode(&header, &forger.claims, &stranger).unwrap();
    let other_body = URL_SAFE_NO_PAD.encode(br#"{"sub":"x"}"#);
    let spliced = genuine.replace(body, &other_body);

    let refused = [
        ("expired", forger.sign(&header, |c| c.exp = c.iat - 60), "token-expired"),
        ("not yet valid", forger.sign(&header, |c| c.nbf = c.iat + 60), "token-invalid"),
        ("for another audience", forger.sign(&header, |c| c.aud = "other".into()), "token-invalid"),
        ("of another issuer", forger.sign(&header, |c| c.iss = "other".into()), "token-invalid"),
        ("of another type", forger.sign(&other_type, |_| {}), "token-invalid"),
        ("of an unknown key", forger.sign(&other_kid, |_| {}), "token-invalid"),
        ("without a key id", forger.sign(&no_kid, |_| {}), "token-invalid"),
        ("unsigned", format!("{none}.{body}."), "token-invalid"),
        ("by a secret", confused, "token-invalid"),
        ("by a stranger", foreign, "token-invalid"),
        ("with another body", spliced, "token-invalid"),
        ("cut off", genuine[..genuine.len() - 10].to_owned(), "token-invalid"),
        ("garbage", "a.b.c".to_owned(), "token-invalid"),
        ("enormous", "a".repeat(20_000), "token-invalid"),
    ];
    for (what, token, code) in refused {
        let problem = expect_problem(app.get("/api/v1/session", &token).await, 401, code).await;
        assert!(!problem.detail.contains(&token), "{what}: the token is not repeated");
    }
}

#[tokio::test]
async fn tokens_of_other_peoples_programs_do_not_speak_for_the_account() {
    let app = App::start().await;
    let tokens = app.sign_in().await;
    let forger = Forger::of(&app, &tokens).await;
    let token = forger.sign(&forger.header(), |claims| claims.scope = "streams:read".into());
    let paths = [
        (Method::GET, "/api/v1/session"),
        (Method::DELETE, "/api/v1/session"),
        (Method::DELETE, "/api/v1/sessions"),
    ];
    for (method, path) in paths {
        let refused = app.request(method, path).bearer_auth(&token).send().await.unwrap();
        let problem = expect_problem(refused, 403, "scope-missing").await;
        assert!(problem.detail.contains("`account`"), "{}", problem.detail);
    }
}

#[tokio::test]
async fn the_published_keys_hold_nothing_secret() {
    let app = App::start().await;
    let response = app.request(Method::GET, "/.well-known/jwks.json").send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "public, max-age=60");
    let text = response.text().await.unwrap();
    let keys: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut kinds = Vec::new();
    for key in keys["keys"].as_array().unwrap() {
        let names: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        kinds.push(names);
    }
    kinds.sort();
    let ed25519 = vec!["alg", "crv", "kid", "kty", "use", "x"];
    assert_eq!(kinds, [ed25519, vec!["alg", "e", "kid", "kty", "n", "use"]]);
}

#[tokio::test]
async fn other_schemes_and_half_headers_ask_for_a_sign_in() {
    let app = App::start().await;
    for value in ["Basic YTpi", "Bearer", "", "Token x"] {
        let request = app.request(Method::GET, "/api/v1/session").header("authorization", value);
        expect_problem(request.send().await.unwrap(), 401, "sign-in-required").await;
    }
}
