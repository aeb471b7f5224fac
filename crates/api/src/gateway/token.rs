//! Access tokens and the keys that verify them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// `typ` header of an access token (RFC 9068).
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Claims of an access token, a JWT signed with `EdDSA` (RFC 9068).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Seconds since the epoch after which it is refused.
    pub exp: i64,
    /// Seconds since the epoch before which it is refused.
    pub nbf: i64,
    /// Seconds since the epoch at which it was issued.
    pub iat: i64,
    /// Id of this token.
    pub jti: Uuid,
}

/// Keys that verify access tokens (RFC 7517), answer of `/.well-known/jwks.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JwkSet {
    /// Every key whose tokens may still be valid.
    pub keys: Vec<Jwk>,
}

/// An Ed25519 public key (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Jwk {
    /// Key type: `OKP`.
    #[schema(example = "OKP")]
    pub kty: String,
    /// Curve: `Ed25519`.
    #[schema(example = "Ed25519")]
    pub crv: String,
    /// Public key, 32 bytes in base64url without padding.
    pub x: String,
    /// Key id, named by the header of each token.
    pub kid: String,
    /// Algorithm: `EdDSA`.
    #[schema(example = "EdDSA")]
    pub alg: String,
    /// Use: `sig`.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    pub key_use: String,
}
