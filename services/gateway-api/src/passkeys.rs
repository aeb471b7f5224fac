//! The ceremonies of passkeys: what browsers are asked, and what is remembered until they answer.

use std::time::Duration;

use api::gateway::{PasskeyAssertion, PasskeyAttestation, PasskeyCeremony, User};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Redis;
use uuid::Uuid;
use webauthn::{
    ALGORITHMS, Assertion, KnownPasskey, NewPasskey, RelyingParty, Used, WebauthnError,
};

use crate::db::passkeys::{Descriptor, Kept};
use crate::error::{PasskeyError, Refusal};

/// How long a browser may take.
const LIFETIME: Duration = Duration::from_mins(5);
/// Name of the platform as authenticators show it.
const SITE_NAME: &str = "Nexus COS";

/// What they are asked for and checked with.
pub(crate) struct Passkeys {
    /// `None` when the platform's address has no host name.
    site: Option<RelyingParty>,
    redis: Redis,
}

/// What a ceremony is for; an answer is believed for that and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// To register a passkey for this user.
    Register(Uuid),
    /// To sign in as whoever has the passkey.
    SignIn,
    /// To answer the challenge of this attempt to sign in.
    Answer(Uuid),
    /// To prove again who is signed in, in this session.
    StepUp(Uuid),
}

/// The challenge of a ceremony that is over, so that it is answered once.
pub(crate) struct Ended(Vec<u8>);

impl Passkeys {
    pub(crate) fn new(origin: &str, redis: Redis) -> Self {
        Self { site: RelyingParty::at(origin), redis }
    }

    /// Asks a browser to register a passkey besides those that its user has.
    pub(crate) async fn ask_to_register(
        &self,
        user: &User,
        has: &[Descriptor],
    ) -> Result<PasskeyCeremony, PasskeyError> {
        let site = self.site()?;
        let ceremony = self.begin(Purpose::Register(user.id)).await?;
        let options = json!({ "publicKey": {
            "rp": { "id": site.id, "name": SITE_NAME },
            "user": {
                "id": URL_SAFE_NO_PAD.encode(user.id.as_bytes()),
                "name": user.email,
                "displayName": user.display_name,
            },
            "challenge": ceremony,
            "pubKeyCredParams":
                ALGORITHMS.map(|alg| json!({ "type": "public-key", "alg": alg })),
            "timeout": timeout(),
            "excludeCredentials": descriptors(has),
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": true,
                "userVerification": "required",
            },
            "attestation": "none",
        }});
        Ok(PasskeyCeremony { ceremony, options })
    }

    /// Asks a browser for one of these passkeys, or for any when there are none.
    pub(crate) async fn ask(
        &self,
        purpose: Purpose,
        allowed: &[Descriptor],
    ) -> Result<PasskeyCeremony, PasskeyError> {
        let site = self.site()?;
        let ceremony = self.begin(purpose).await?;
        let options = json!({ "publicKey": {
            "challenge": ceremony,
            "timeout": timeout(),
            "rpId": site.id,
            "allowCredentials": descriptors(allowed),
            "userVerification": "required",
        }});
        Ok(PasskeyCeremony { ceremony, options })
    }

    /// Ends a ceremony that was begun for this purpose.
    pub(crate) async fn end(
        &self,
        purpose: Purpose,
        ceremony: &str,
    ) -> Result<Ended, PasskeyError> {
        let challenge = bytes(ceremony).filter(|bytes| bytes.len() == 32);
        let challenge = challenge.ok_or(Refusal::Ceremony)?;
        let kept = self.redis.take(&self.key(ceremony)).await;
        let kept = kept.map_err(PasskeyError::Unavailable)?.ok_or(Refusal::Ceremony)?;
        let begun: Option<Purpose> = serde_json::from_str(&kept).ok();
        if begun == Some(purpose) {
            return Ok(Ended(challenge));
        }
        Err(Refusal::Ceremony.into())
    }

    /// Checks the answer to a registration.
    pub(crate) fn registered(
        &self,
        Ended(challenge): Ended,
        credential: &PasskeyAttestation,
    ) -> Result<NewPasskey, PasskeyError> {
        let site = self.site()?;
        let malformed = || PasskeyError::Invalid(WebauthnError::Malformed);
        let client_data = bytes(&credential.response.client_data_json).ok_or_else(malformed)?;
        let attested = bytes(&credential.response.attestation_object).ok_or_else(malformed)?;
        site.register(&challenge, &client_data, &attested).map_err(PasskeyError::Invalid)
    }

    /// Checks the answer of somebody who says to have this passkey.
    pub(crate) fn proven(
        &self,
        Ended(challenge): Ended,
        kept: &Kept,
        credential: &PasskeyAssertion,
    ) -> Result<Used, PasskeyError> {
        let site = self.site()?;
        let malformed = || Refusal::Answer(WebauthnError::Malformed);
        let answer = &credential.response;
        let client_data = bytes(&answer.client_data_json).ok_or_else(malformed)?;
        let authenticator_data = bytes(&answer.authenticator_data).ok_or_else(malformed)?;
        let signature = bytes(&answer.signature).ok_or_else(malformed)?;
        let known = KnownPasskey {
            public_key: &kept.public_key,
            counter: u32::try_from(kept.counter).unwrap_or(u32::MAX),
            backup_eligible: kept.backup_eligible,
        };
        let assertion = Assertion {
            client_data: &client_data,
            authenticator_data: &authenticator_data,
            signature: &signature,
        };
        Ok(site.authenticate(&challenge, known, assertion).map_err(Refusal::Answer)?)
    }

    fn site(&self) -> Result<&RelyingParty, PasskeyError> {
        self.site.as_ref().ok_or(PasskeyError::NoHostName)
    }

    /// Remembers what a new challenge is for. The challenge names the ceremony.
    async fn begin(&self, purpose: Purpose) -> Result<String, PasskeyError> {
        let challenge: [u8; 32] = rand::random();
        let ceremony = URL_SAFE_NO_PAD.encode(challenge);
        let purpose = json!(purpose).to_string();
        let key = self.key(&ceremony);
        self.redis.keep(&key, &purpose, LIFETIME).await.map_err(PasskeyError::Unavailable)?;
        Ok(ceremony)
    }

    fn key(&self, ceremony: &str) -> String {
        self.redis.key(&["gateway-api", "passkey", ceremony])
    }
}

/// Bytes in the form that browsers write them in.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn timeout() -> u64 {
    LIFETIME.as_secs() * 1000
}

fn descriptors(passkeys: &[Descriptor]) -> Vec<Value> {
    let describe = |passkey: &Descriptor| {
        let id = URL_SAFE_NO_PAD.encode(&passkey.credential_id);
        json!({ "type": "public-key", "id": id, "transports": passkey.transports })
    };
    passkeys.iter().map(describe).collect()
}
