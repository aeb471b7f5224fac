//! Access tokens and the keys that verify them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::plan::PlanCode;

/// `typ` header of an access token (RFC 9068).
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Claims of an access token, a JWT signed with `EdDSA` (RFC 9068).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// Who issued it: the platform's public URL.
    pub iss: String,
    /// The user.
    pub sub: Uuid,
    /// Who it is for.
    pub aud: String,
    /// The session it belongs to; absent for tokens that no session backs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<Uuid>,
    /// What it allows: scopes separated by single spaces.
    #[serde(default)]
    pub scope: String,
    /// Roles of the user at the time of issue.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Plan of the account at the time of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanCode>,
    /// The API key that it was exchanged for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<Uuid>,
    /// Requests a minute that this API key may make, when it has a limit of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_rate: Option<u32>,
    /// Seconds since the epoch at which the user last proved who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How well the user did: `urn:nexus:aal1` or `urn:nexus:aal2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// How the user did: methods of RFC 8176.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// Seconds since the epoch after which it is refused.
    pub exp: i64,
    /// Seconds since the epoch before which it is refused.
    pub nbf: i64,
    /// Seconds since the epoch at which it was issued.
    pub iat: i64,
    /// Id of this token.
    pub jti: Uuid,
    /// The OAuth client that it was issued to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The OAuth grant it belongs to; absent for tokens of a sign-in and of clients themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Uuid>,
}

/// What a token is signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub enum SigningAlgorithm {
    /// RSA with PKCS #1 padding and SHA-256: what every relying party must support.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl SigningAlgorithm {
    /// The name in the header of a token (RFC 7518, RFC 8037).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Rs256, Self::EdDsa].into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// Keys that verify tokens (RFC 7517), answer of `/.well-known/jwks.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JwkSet {
    /// Every key whose tokens may still be valid.
    pub keys: Vec<Jwk>,
}

/// A public key: Ed25519 (RFC 8037) for access tokens, RSA (RFC 7518) for id tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Jwk {
    /// Key type: `OKP` or `RSA`.
    #[schema(example = "OKP")]
    pub kty: String,
    /// Curve of an `OKP` key: `Ed25519`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Ed25519")]
    pub crv: Option<String>,
    /// Public key of an `OKP` key, 32 bytes in base64url without padding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Modulus of an `RSA` key in base64url without padding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// Exponent of an `RSA` key in base64url without padding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Key id, named by the header of each token.
    pub kid: String,
    /// Algorithm: `EdDSA` or `RS256`.
    #[schema(example = "EdDSA")]
    pub alg: String,
    /// Use: `sig`.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    pub key_use: String,
}

impl Jwk {
    /// An Ed25519 key; `x` is its 32 bytes in base64url without padding.
    pub fn ed25519(kid: impl Into<String>, x: impl Into<String>) -> Self {
        Self {
            kty: "OKP".to_owned(),
            crv: Some("Ed25519".to_owned()),
            x: Some(x.into()),
            n: None,
            e: None,
            kid: kid.into(),
            alg: SigningAlgorithm::EdDsa.name().to_owned(),
            key_use: "sig".to_owned(),
        }
    }

    /// An RSA key for RS256; modulus and exponent are in base64url without padding.
    pub fn rs256(kid: impl Into<String>, n: impl Into<String>, e: impl Into<String>) -> Self {
        Self {
            kty: "RSA".to_owned(),
            crv: None,
            x: None,
            n: Some(n.into()),
            e: Some(e.into()),
            kid: kid.into(),
            alg: SigningAlgorithm::Rs256.name().to_owned(),
            key_use: "sig".to_owned(),
        }
    }
}
