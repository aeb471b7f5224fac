//! One key and what it signs: JWTs in compact form.

use api::gateway::{Jwk, SigningAlgorithm};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKey};
use aws_lc_rs::signature::{self, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::json;
use zeroize::Zeroizing;

/// A key pair with its public half as a JWK.
pub(crate) struct SigningKey {
    pair: Pair,
    jwk: Jwk,
}

enum Pair {
    EdDsa(Ed25519KeyPair),
    Rs256(Box<RsaKeyPair>),
}

/// Why a token was not signed or a key not made.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// No key could be made.
    #[error("no signing key could be made")]
    Generate,
    /// What is stored is not a key.
    #[error("a stored signing key cannot be read")]
    Unreadable,
    /// The claims are not JSON.
    #[error("the claims of a token cannot be written")]
    Claims(#[from] serde_json::Error),
    /// The key refused to sign.
    #[error("a token could not be signed")]
    Refused,
    /// There is no key for the algorithm at this time.
    #[error("there is no active {0} signing key")]
    NoKey(&'static str),
}

impl SigningKey {
    /// A new key, and its PKCS #8 form to be stored.
    pub(crate) fn generate(
        algorithm: SigningAlgorithm,
    ) -> Result<(Self, Zeroizing<Vec<u8>>), SigningError> {
        let pkcs8 = match algorithm {
            SigningAlgorithm::EdDsa => Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
                .map_err(|_| SigningError::Generate)?
                .as_ref()
                .to_vec(),
            SigningAlgorithm::Rs256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048);
                let pair = pair.map_err(|_| SigningError::Generate)?;
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| SigningError::Generate)?;
                der.as_ref().to_vec()
            }
        };
        let pkcs8 = Zeroizing::new(pkcs8);
        Ok((Self::from_pkcs8(algorithm, &pkcs8)?, pkcs8))
    }

    pub(crate) fn from_pkcs8(
        algorithm: SigningAlgorithm,
        pkcs8: &[u8],
    ) -> Result<Self, SigningError> {
        let unreadable = |_| SigningError::Unreadable;
        let (pair, jwk) = match algorithm {
            SigningAlgorithm::EdDsa => {
                let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(unreadable)?;
                let jwk = ed25519_jwk(pair.public_key().as_ref());
                (Pair::EdDsa(pair), jwk)
            }
            SigningAlgorithm::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(unreadable)?;
                let jwk = rsa_jwk(pair.public_key()).ok_or(SigningError::Unreadable)?;
                (Pair::Rs256(Box::new(pair)), jwk)
            }
        };
        Ok(Self { pair, jwk })
    }

    pub(crate) fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// A JWT of these claims.
    pub(crate) fn sign<T: Serialize>(
        &self,
        token_type: &str,
        claims: &T,
    ) -> Result<String, SigningError> {
        let header = json!({ "alg": self.jwk.alg, "kid": self.jwk.kid, "typ": token_type });
        let mut token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut token);
        let signature = self.signature(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// Whether a signature over a text is of this key.
    pub(crate) fn verifies(&self, text: &[u8], signature: &[u8]) -> bool {
        let public = match &self.pair {
            Pair::EdDsa(pair) => {
                let key = pair.public_key().as_ref();
                return signature::UnparsedPublicKey::new(&signature::ED25519, key)
                    .verify(text, signature)
                    .is_ok();
            }
            Pair::Rs256(pair) => pair.public_key().as_ref(),
        };
        signature::UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, public)
            .verify(text, signature)
            .is_ok()
    }

    fn signature(&self, text: &[u8]) -> Result<Vec<u8>, SigningError> {
        match &self.pair {
            Pair::EdDsa(pair) => Ok(pair.sign(text).as_ref().to_vec()),
            Pair::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
                    .map_err(|_| SigningError::Refused)?;
                Ok(signature)
            }
        }
    }
}

fn ed25519_jwk(public: &[u8]) -> Jwk {
    let x = URL_SAFE_NO_PAD.encode(public);
    let kid = thumbprint(&format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
    Jwk::ed25519(kid, x)
}

fn rsa_jwk(public: &PublicKey) -> Option<Jwk> {
    let (modulus, exponent) = rsa_components(public.as_ref())?;
    let (n, e) = (URL_SAFE_NO_PAD.encode(modulus), URL_SAFE_NO_PAD.encode(exponent));
    let kid = thumbprint(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
    Some(Jwk::rs256(kid, n, e))
}

/// Key id: the thumbprint of RFC 7638, of a JWK with its required members in order.
fn thumbprint(canonical: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes()))
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017, A.1.1): a sequence of two integers.
fn rsa_components(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, rest) = der_value(0x30, der)?;
    let (modulus, after) = der_value(0x02, sequence)?;
    let (exponent, end) = der_value(0x02, after)?;
    let unsigned = |integer: &'_ [u8]| integer.iter().take_while(|byte| **byte == 0).count();
    (rest.is_empty() && end.is_empty())
        .then(|| (&modulus[unsigned(modulus)..], &exponent[unsigned(exponent)..]))
}

/// The contents of a DER value with this tag, and what comes after it.
fn der_value(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = der.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81 | 0x82 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(length - 0x80))?;
            (bytes.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    if first == tag { rest.split_at_checked(length) } else { None }
}

#[cfg(test)]
mod tests {
    use api::gateway::SigningAlgorithm;
    use jsonwebtoken::{Algorithm, DecodingKey, Validation};
    use serde_json::{Value, json};

    use super::SigningKey;

    /// The tokens are checked by another implementation.
    #[test]
    fn tokens_verify_against_the_published_key() {
        for algorithm in [SigningAlgorithm::EdDsa, SigningAlgorithm::Rs256] {
            let (key, pkcs8) = SigningKey::generate(algorithm).unwrap();
            let stored = SigningKey::from_pkcs8(algorithm, &pkcs8).unwrap();
            assert_eq!(stored.jwk(), key.jwk());
            let token = stored.sign("JWT", &json!({ "sub": "somebody" })).unwrap();
            let jwk: jsonwebtoken::jwk::Jwk =
                serde_json::from_value(serde_json::to_value(key.jwk()).unwrap()).unwrap();
            let wanted = match algorithm {
                SigningAlgorithm::EdDsa => Algorithm::EdDSA,
                SigningAlgorithm::Rs256 => Algorithm::RS256,
            };
            let mut validation = Validation::new(wanted);
            validation.set_required_spec_claims::<&str>(&[]);
            let decoding = DecodingKey::from_jwk(&jwk).unwrap();
            let decoded = jsonwebtoken::decode::<Value>(&token, &decoding, &validation).unwrap();
            assert_eq!(decoded.claims["sub"], "somebody");
            assert_eq!(decoded.header.kid.as_deref(), Some(key.jwk().kid.as_str()));
            let (text, signature) = token.rsplit_once('.').unwrap();
            let signature = base64::Engine::decode(&super::URL_SAFE_NO_PAD, signature).unwrap();
            assert!(key.verifies(text.as_bytes(), &signature));
            assert!(!key.verifies(b"another text", &signature));
        }
    }
}
