//! Reading one access token: a JWS in compact serialization (RFC 7515), signed with Ed25519
//! (RFC 8037), of the type that RFC 9068 gives to access tokens.
//!
//! Written out instead of taken from a JWT library because every request comes by here: header
//! and claims are parsed once each, and the parsed key is used again.

use api::gateway::{ACCESS_TOKEN_TYPE, AccessTokenClaims};
use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;
use time::OffsetDateTime;

use super::{TokenError, VerifierConfig};

/// The one algorithm that access tokens are signed with.
const ALGORITHM: &str = "EdDSA";
/// Seconds by which clocks may differ.
const LEEWAY: i64 = 5;
/// Bytes of an Ed25519 signature.
const SIGNATURE: usize = 64;

/// A token whose header was read and whose signature was not checked yet.
pub(super) struct AccessToken<'a> {
    /// Id of the key that it says it is signed with.
    pub(super) key_id: String,
    signed: &'a str,
    claims: &'a str,
    signature: [u8; SIGNATURE],
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
    /// Extensions that must be understood; none is.
    crit: Option<IgnoredAny>,
}

/// The public half of a signing key, ready to check signatures with.
pub(super) fn public_key(x: &str) -> Option<ParsedPublicKey> {
    ParsedPublicKey::new(&ED25519, URL_SAFE_NO_PAD.decode(x).ok()?).ok()
}

impl<'a> AccessToken<'a> {
    pub(super) fn read(token: &'a str) -> Result<Self, TokenError> {
        let invalid = |reason| TokenError::Invalid(reason);
        let (signed, signature) = token.rsplit_once('.').ok_or(invalid("it has no signature"))?;
        let (header, claims) = signed.split_once('.').ok_or(invalid("it has not three parts"))?;
        if claims.contains('.') {
            return Err(invalid("it has more than three parts"));
        }
        let header: Header = json(header).ok_or(invalid("its header cannot be read"))?;
        if header.alg != ALGORITHM {
            return Err(invalid("it is signed with another algorithm"));
        }
        if !header.typ.eq_ignore_ascii_case(ACCESS_TOKEN_TYPE) {
            return Err(invalid("it is not an access token"));
        }
        if header.crit.is_some() {
            return Err(invalid("it asks for extensions that are not understood"));
        }
        let decoded = URL_SAFE_NO_PAD.decode(signature).ok();
        let signature = decoded.and_then(|bytes| bytes.try_into().ok());
        let signature = signature.ok_or(invalid("its signature is malformed"))?;
        Ok(Self { key_id: header.kid, signed, claims, signature })
    }

    /// What it says, when it is signed with this key and meant for here and now.
    pub(super) fn verify(
        &self,
        key: &ParsedPublicKey,
        expected: &VerifierConfig,
        now: OffsetDateTime,
    ) -> Result<AccessTokenClaims, TokenError> {
        key.verify_sig(self.signed.as_bytes(), &self.signature)
            .map_err(|_| TokenError::Invalid("its signature is wrong"))?;
        let claims: AccessTokenClaims =
            json(self.claims).ok_or(TokenError::Invalid("its claims cannot be read"))?;
        let now = now.unix_timestamp();
        if claims.iss != expected.issuer {
            return Err(TokenError::Invalid("it was issued by somebody else"));
        }
        if claims.aud != expected.audience {
            return Err(TokenError::Invalid("it is meant for somebody else"));
        }
        if claims.nbf > now.saturating_add(LEEWAY) {
            return Err(TokenError::Invalid("it is not valid yet"));
        }
        if claims.exp < now.saturating_sub(LEEWAY) {
            return Err(TokenError::Expired);
        }
        Ok(claims)
    }
}

/// A part of a token: base64url without padding, and JSON inside.
fn json<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    struct Signer(Ed25519KeyPair);

    impl Signer {
        fn new() -> Self {
            let pkcs8 = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
            Self(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap())
        }

        fn key(&self) -> ParsedPublicKey {
            public_key(&URL_SAFE_NO_PAD.encode(self.0.public_key())).unwrap()
        }

        fn sign(&self, header: &Value, claims: &Value) -> String {
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let signed = format!("{}.{}", part(header), part(claims));
            let signature = URL_SAFE_NO_PAD.encode(self.0.sign(signed.as_bytes()));
            format!("{signed}.{signature}")
        }
    }

    fn header() -> Value {
        json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "k" })
    }

    fn claims() -> Value {
        json!({
            "iss": "issuer", "aud": "audience", "sub": Uuid::nil(), "jti": Uuid::nil(),
            "exp": NOW + 60, "nbf": NOW, "iat": NOW,
        })
    }

    fn changed(value: Value, name: &str, to: Value) -> Value {
        let mut value = value;
        value[name] = to;
        value
    }

    fn check(signer: &Signer, token: &str) -> Result<AccessTokenClaims, TokenError> {
        let expected = VerifierConfig { issuer: "issuer".into(), audience: "audience".into() };
        let now = OffsetDateTime::from_unix_timestamp(NOW).unwrap();
        AccessToken::read(token)?.verify(&signer.key(), &expected, now)
    }

    #[test]
    fn a_good_token_says_what_it_says() {
        let signer = Signer::new();
        let token = signer.sign(&header(), &claims());
        assert_eq!(AccessToken::read(&token).unwrap().key_id, "k");
        assert_eq!(check(&signer, &token).unwrap().exp, NOW + 60);
        // Clocks may differ by a little.
        for late in [json!(NOW - 5), json!(NOW + 60)] {
            let token = signer.sign(&header(), &changed(claims(), "exp", late));
            assert!(check(&signer, &token).is_ok());
        }
    }

    #[test]
    fn whatever_is_wrong_with_a_token_is_named() {
        let signer = Signer::new();
        let with_header = |name, to| signer.sign(&changed(header(), name, to), &claims());
        let with_claim = |name, to| signer.sign(&header(), &changed(claims(), name, to));
        for (token, reason) in [
            (with_header("alg", json!("none")), "it is signed with another algorithm"),
            (with_header("alg", json!("HS256")), "it is signed with another algorithm"),
            (with_header("typ", json!("JWT")), "it is not an access token"),
            (with_header("crit", json!(["b64"])), "it asks for extensions that are not understood"),
            (with_header("kid", json!(7)), "its header cannot be read"),
            (with_claim("iss", json!("else")), "it was issued by somebody else"),
            (with_claim("aud", json!("else")), "it is meant for somebody else"),
            (with_claim("aud", json!(["audience"])), "its claims cannot be read"),
            (with_claim("nbf", json!(NOW + 6)), "it is not valid yet"),
            (with_claim("exp", json!("soon")), "its claims cannot be read"),
            (Signer::new().sign(&header(), &claims()), "its signature is wrong"),
        ] {
            let refused = check(&signer, &token);
            assert!(
                matches!(&refused, Err(TokenError::Invalid(why)) if *why == reason),
                "{reason}: {refused:?}"
            );
        }
        let expired = signer.sign(&header(), &changed(claims(), "exp", json!(NOW - 6)));
        assert!(matches!(check(&signer, &expired), Err(TokenError::Expired)));
    }

    #[test]
    fn no_other_spelling_of_a_token_passes() {
        let signer = Signer::new();
        let token = signer.sign(&header(), &claims());
        let (text, signature) = token.rsplit_once('.').unwrap();
        let (head, body) = text.split_once('.').unwrap();
        for odd in [
            String::new(),
            ".".to_owned(),
            "..".to_owned(),
            format!("{text}."),
            format!("{text}.{signature}="),
            format!("{text}.{signature}."),
            format!("{head}.{body}.{body}.{signature}"),
            format!("{head}=.{body}.{signature}"),
            format!("{text}.{}", &signature[..84]),
            format!(" {token}"),
            // The last character of 64 bytes carries four bits that mean nothing: they must be zero.
            format!("{text}.{}B", &signature[..85]),
            token.replacen('e', "é", 1),
        ] {
            assert!(check(&signer, &odd).is_err(), "{odd}");
        }
    }
}
