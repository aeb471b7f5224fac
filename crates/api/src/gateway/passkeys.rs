//! Passkeys (Web Authentication). Byte strings are base64url without padding, as browsers write
//! them in `PublicKeyCredential.toJSON()`.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// A passkey of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Passkey {
    /// The passkey.
    pub id: Uuid,
    /// What its owner calls it.
    #[schema(example = "Laptop")]
    pub name: String,
    /// Whether it may be copied between devices.
    pub syncable: bool,
    /// Whether there was such a copy when it was last used.
    pub backed_up: bool,
    /// When it was registered.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When somebody last signed in with it.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub last_used_at: Option<OffsetDateTime>,
}

/// The passkeys of an account, answer of `GET /api/v1/me/passkeys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PasskeyList {
    /// The oldest first.
    pub passkeys: Vec<Passkey>,
}

/// What the browser is asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PasskeyCeremony {
    /// Names the ceremony when it is finished; good for five minutes, once.
    pub ceremony: String,
    /// `{ "publicKey": … }`, to be read by `PublicKeyCredential.parseCreationOptionsFromJSON` or
    /// `parseRequestOptionsFromJSON`.
    #[schema(value_type = Object)]
    pub options: serde_json::Value,
}

/// Body of `POST /api/v1/me/passkeys/finish`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterPasskey {
    /// The ceremony.
    pub ceremony: String,
    /// What to call the passkey.
    #[schema(example = "Laptop", min_length = 1, max_length = 120)]
    pub name: String,
    /// What the browser answered.
    pub credential: PasskeyAttestation,
}

/// A new passkey with the recovery codes that come with a first factor, shown once.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct RegisteredPasskey {
    /// The passkey.
    pub passkey: Passkey,
    /// Recovery codes; empty when the account has unused ones from before.
    pub recovery_codes: Vec<String>,
}

/// Body of `PATCH /api/v1/me/passkeys/{id}`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenamePasskey {
    /// What to call the passkey.
    #[schema(example = "Old laptop", min_length = 1, max_length = 120)]
    pub name: String,
}

/// That somebody has a passkey: body of `POST /api/v1/session/passkey/finish`, and a part of other
/// proofs.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyProof {
    /// The ceremony.
    pub ceremony: String,
    /// What the browser answered.
    pub credential: PasskeyAssertion,
}

/// Body of `POST /api/v1/session/second-factor/passkey`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyChallenge {
    /// The challenge of the answer `second-factor-required`.
    pub challenge: String,
}

/// What `navigator.credentials.create()` answers.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyAttestation {
    /// The answer of the authenticator.
    pub response: AttestationResponse,
}

/// The answer of the authenticator to a registration.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttestationResponse {
    /// What the browser signed for.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// The new passkey, in CBOR.
    pub attestation_object: String,
    /// How the authenticator can be reached.
    #[serde(default)]
    pub transports: Vec<String>,
}

/// What `navigator.credentials.get()` answers.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyAssertion {
    /// Id of the credential.
    pub raw_id: String,
    /// The answer of the authenticator.
    pub response: AssertionResponse,
}

/// The answer of the authenticator to a sign-in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssertionResponse {
    /// What the browser signed for.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// What the authenticator says about itself and its user.
    pub authenticator_data: String,
    /// The signature over both.
    pub signature: String,
    /// Whose passkey it is.
    #[serde(default)]
    pub user_handle: Option<String>,
}

impl std::fmt::Debug for RegisteredPasskey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegisteredPasskey").field("passkey", &self.passkey).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for PasskeyChallenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasskeyChallenge").finish_non_exhaustive()
    }
}
