//! How many access tokens one core checks: warm (seen before), cold (never seen), and the bare
//! Ed25519 verification that no checker can be faster than, in one run.

#![expect(clippy::print_stdout, reason = "the figures are the output")]

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use api::gateway::{AccessTokenClaims, Jwk, JwkSet};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::Principal;
use chassis::principal::{KeySource, LocalKeys, Revocations, TokenVerifier, VerifierConfig};
use clap::Parser;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use uuid::Uuid;

/// Measure how fast access tokens are checked inside a service, on one core.
#[derive(Debug, Parser)]
struct Options {
    /// Rounds; the best of them counts, because other work on the machine only takes away.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Tokens in each round.
    #[arg(long, default_value_t = 10_000)]
    tokens: usize,
}

/// What a service's extractor is given.
#[derive(Clone)]
struct Service(TokenVerifier);

impl FromRef<Service> for TokenVerifier {
    fn from_ref(service: &Service) -> Self {
        service.0.clone()
    }
}

struct Token {
    text: String,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let pkcs8 = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())?;
    let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref())?;
    let public = pair.public_key().as_ref().to_vec();
    let key = EncodingKey::from_ed_der(pkcs8.as_ref());
    let keys = LocalKeys::default();
    keys.set(&JwkSet { keys: vec![Jwk::ed25519("k", URL_SAFE_NO_PAD.encode(&public))] });

    let tokens: Vec<Token> = (0..options.tokens).map(|_| sign(&key)).collect::<Result<Vec<_>>>()?;
    let bytes = tokens.first().map_or(0, |token| token.text.len());
    let (mut bare, mut cold, mut warm) = (0.0_f64, 0.0_f64, 0.0_f64);
    for _ in 0..options.rounds {
        let verifying = UnparsedPublicKey::new(&ED25519, &public);
        bare = bare
            .max(rate(&tokens, |token| Ok(verifying.verify(&token.signed, &token.signature)?))?);
        // A verifier of its own has seen none of them; the second pass has seen all.
        let service = Service(verifier(&keys));
        cold = cold.max(rate(&tokens, |token| extract(&service, token))?);
        warm = warm.max(rate(&tokens, |token| extract(&service, token))?);
    }
    println!("tokens of {bytes} bytes, one core, best of {} rounds", options.rounds);
    println!("  bare Ed25519 verify  {bare:>9.0}/s");
    println!("  cold, extractor      {cold:>9.0}/s, {:.1} % of bare", cold / bare * 100.0);
    println!("  warm, extractor      {warm:>9.0}/s");
    Ok(())
}

/// Tokens a second of this thread.
fn rate(tokens: &[Token], mut check: impl FnMut(&Token) -> Result<()>) -> Result<f64> {
    let started = Instant::now();
    for token in tokens {
        check(black_box(token))?;
    }
    let took = started.elapsed().max(Duration::from_nanos(1));
    Ok(f64::from(u32::try_from(tokens.len())?) / took.as_secs_f64())
}

/// What a service does with a request before its handler.
fn extract(service: &Service, token: &Token) -> Result<()> {
    let request = Request::get("/").header("authorization", format!("Bearer {}", token.text));
    let (mut parts, ()) = request.body(())?.into_parts();
    let extracting = pin!(Principal::from_request_parts(&mut parts, service));
    // The key is there, so nothing is waited for.
    match extracting.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(principal)) => {
            black_box(principal);
            Ok(())
        }
        Poll::Ready(Err(_)) => bail!("a good token was refused"),
        Poll::Pending => bail!("checking a token waited for something"),
    }
}

fn verifier(keys: &LocalKeys) -> TokenVerifier {
    let config =
        VerifierConfig { issuer: "https://nexuscos.online".into(), audience: "nexus-cos".into() };
    TokenVerifier::new(&config, KeySource::Local(keys.clone()), Revocations::default())
}

/// A token as gateway-api issues them.
fn sign(key: &EncodingKey) -> Result<Token> {
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed()?.as_secs())?;
    let claims = AccessTokenClaims {
        iss: "https://nexuscos.online".into(),
        sub: Uuid::now_v7(),
        aud: "nexus-cos".into(),
        sid: Some(Uuid::now_v7()),
        scope: "account streams:read streams:write system:read".into(),
        roles: vec!["operator".into()],
        exp: now + 300,
        nbf: now,
        iat: now,
        jti: Uuid::now_v7(),
        ..AccessTokenClaims::default()
    };
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("at+jwt".into());
    header.kid = Some("k".into());
    let text = jsonwebtoken::encode(&header, &claims, key)?;
    let (signed, signature) = text.rsplit_once('.').context("a token has three parts")?;
    let (signed, signature) = (signed.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(signature)?);
    Ok(Token { text, signed, signature })
}
