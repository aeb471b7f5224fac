//! What the browser says about a ceremony (section 5.8.1).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::WebauthnError;

/// What a browser can be asked to do with a passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ceremony {
    /// Register one.
    Create,
    /// Prove to have one.
    Get,
}

/// See the [module](self).
#[derive(Deserialize)]
pub(crate) struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
}

impl ClientData {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, WebauthnError> {
        serde_json::from_slice(bytes).map_err(|_| WebauthnError::Malformed)
    }

    /// Refuses what is of another ceremony, answers another challenge, or was asked for by a page
    /// that is not ours or is shown within another.
    pub(crate) fn check(
        &self,
        ceremony: Ceremony,
        challenge: &[u8],
        origin: &str,
    ) -> Result<(), WebauthnError> {
        let kind = match ceremony {
            Ceremony::Create => "webauthn.create",
            Ceremony::Get => "webauthn.get",
        };
        if self.kind != kind {
            return Err(WebauthnError::Ceremony);
        }
        if self.challenge != URL_SAFE_NO_PAD.encode(challenge) {
            return Err(WebauthnError::Challenge);
        }
        if self.origin != origin || self.cross_origin {
            return Err(WebauthnError::Origin);
        }
        Ok(())
    }
}
