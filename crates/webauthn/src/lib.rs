//! Passkeys: what a relying party checks of registrations and assertions (Web Authentication,
//! level 3, sections 7.1 and 7.2). Challenges, and what is known of a passkey, are arguments.
//!
//! Attestation is not asked for, so its statement is not looked at: any authenticator will do that
//! verifies its user. Signatures are checked by aws-lc, as everywhere.

#![warn(missing_docs)]

mod authenticator_data;
mod cbor;
mod client_data;
mod public_key;
mod relying_party;
#[cfg(test)]
mod vectors;

pub use public_key::ALGORITHMS;
pub use relying_party::RelyingParty;

/// A passkey as it is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// The id that its authenticator gave it, at most 1023 bytes.
    pub credential_id: Vec<u8>,
    /// The public key in COSE form (RFC 9053), at most 2048 bytes.
    pub public_key: Vec<u8>,
    /// How often the authenticator has signed with it; stays zero with some.
    pub counter: u32,
    /// Whether it may be copied between devices.
    pub backup_eligible: bool,
    /// Whether there is such a copy.
    pub backed_up: bool,
}

/// A passkey as it was registered and last used.
#[derive(Debug, Clone, Copy)]
pub struct KnownPasskey<'a> {
    /// The public key in COSE form.
    pub public_key: &'a [u8],
    /// The authenticator's count at the last use.
    pub counter: u32,
    /// Whether it may be copied between devices.
    pub backup_eligible: bool,
}

/// What an authenticator says to prove that it has the passkey.
#[derive(Debug, Clone, Copy)]
pub struct Assertion<'a> {
    /// What the browser says: `clientDataJSON`.
    pub client_data: &'a [u8],
    /// What the authenticator says about itself and its user.
    pub authenticator_data: &'a [u8],
    /// Its signature over both.
    pub signature: &'a [u8],
}

/// What a believed assertion says of the passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// The authenticator's count.
    pub counter: u32,
    /// Whether there is a copy of the passkey.
    pub backed_up: bool,
}

/// Why a registration or an assertion is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebauthnError {
    /// It is cut off, or not of the form that the standard gives it.
    #[error("it cannot be read")]
    Malformed,
    /// A registration was given as an assertion, or the other way round.
    #[error("it is of the other ceremony")]
    Ceremony,
    /// It answers another challenge.
    #[error("it answers another challenge")]
    Challenge,
    /// Another site's page asked for it, or a page within another site's.
    #[error("a page of another origin asked for it")]
    Origin,
    /// The authenticator made it for another site.
    #[error("it is for another site")]
    RelyingParty,
    /// Nobody touched the authenticator, or it did not make sure who that was.
    #[error("the user was not there, or not verified")]
    UserNotVerified,
    /// The key is of an algorithm that is not asked for, or no key of it.
    #[error("its algorithm or key is not one that is accepted")]
    PublicKey,
    /// Whoever signed it does not have the passkey.
    #[error("it is not signed with the passkey")]
    Signature,
    /// The authenticator has counted less than before.
    #[error("the counter went back: there are two copies of the passkey")]
    Cloned,
}
