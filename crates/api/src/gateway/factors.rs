//! Factors besides the password, and proving again who one is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PasskeyProof;

/// What a challenge can be answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SecondFactorMethod {
    /// A code of an authenticator app.
    Totp,
    /// A passkey.
    Passkey,
    /// A recovery code.
    RecoveryCode,
}

/// Body of `POST /api/v1/session/second-factor`: one proof beside the challenge.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactor {
    /// The challenge of the answer `second-factor-required`.
    pub challenge: String,
    /// A code of the authenticator app, or a recovery code.
    #[serde(default)]
    #[schema(example = "123456")]
    pub code: Option<String>,
    /// A passkey, asked for with `POST /api/v1/session/second-factor/passkey`.
    #[serde(default)]
    pub passkey: Option<PasskeyProof>,
}

/// Body of `POST /api/v1/session/step-up`: one proof.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    /// The password, for accounts without a second factor.
    #[serde(default)]
    #[schema(format = Password)]
    pub password: Option<String>,
    /// A code of the authenticator app, or a recovery code.
    #[serde(default)]
    pub code: Option<String>,
    /// A passkey, asked for with `POST /api/v1/session/step-up/passkey`.
    #[serde(default)]
    pub passkey: Option<PasskeyProof>,
}

/// Body of `PUT /api/v1/me/password`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password as it is.
    #[schema(format = Password)]
    pub current_password: String,
    /// The password as it shall be.
    #[schema(format = Password)]
    pub new_password: String,
}

/// What an account has besides its password, answer of `GET /api/v1/me/factors`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Factors {
    /// Whether an authenticator app is in use.
    pub totp: bool,
    /// How many passkeys there are.
    pub passkeys: u32,
    /// Recovery codes that were not used yet.
    pub recovery_codes_left: u32,
}

/// A new authenticator app, answer of `POST /api/v1/me/totp`. It is shown once.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct TotpEnrolment {
    /// The secret in base32, for apps that cannot scan.
    pub secret: String,
    /// What the app scans as a QR code.
    #[schema(example = "otpauth://totp/Nexus%20COS:a%40example.org?secret=…&issuer=Nexus%20COS")]
    pub otpauth_uri: String,
}

/// Body of `POST /api/v1/me/totp/confirm`.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    /// The code that the app shows.
    #[schema(example = "123456")]
    pub code: String,
}

/// Recovery codes, shown once. Each works once in place of the other factor.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct RecoveryCodes {
    /// The codes; empty when the account has unused ones from before.
    #[schema(example = json!(["K3M9A-7XQ2P"]))]
    pub recovery_codes: Vec<String>,
}

impl SecondFactorMethod {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Passkey => "passkey",
            Self::RecoveryCode => "recovery-code",
        }
    }
}

/// Prints nothing of what these hold.
macro_rules! silent {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

silent!(SecondFactor, StepUp, ChangePassword, TotpEnrolment, ConfirmTotp, RecoveryCodes);
