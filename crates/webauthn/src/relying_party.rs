//! The site that passkeys are for, and what it checks.

use aws_lc_rs::digest::{SHA256, digest};

use crate::authenticator_data::AuthenticatorData;
use crate::cbor::Reader;
use crate::client_data::{Ceremony, ClientData};
use crate::public_key::PublicKey;
use crate::{Assertion, KnownPasskey, NewPasskey, Used, WebauthnError};

/// Longest credential id (section 4).
const MAX_CREDENTIAL_ID: usize = 1023;
/// Longest public key: one of RSA with 8192 bits, and what else its map may hold.
const MAX_PUBLIC_KEY: usize = 2048;

/// See the [module](self).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// Its host name.
    pub id: String,
    /// Where its pages come from: scheme, host name and port, if any.
    pub origin: String,
}

impl RelyingParty {
    /// The site at this origin; `None` when it has no host name, which passkeys need.
    pub fn at(origin: &str) -> Option<Self> {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"))?;
        let id = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let address = id.starts_with('[') || id.parse::<std::net::IpAddr>().is_ok();
        (!id.is_empty() && !address).then(|| Self { id: id.to_owned(), origin: origin.to_owned() })
    }

    /// Checks a registration that answers this challenge.
    pub fn register(
        &self,
        challenge: &[u8],
        client_data: &[u8],
        attestation_object: &[u8],
    ) -> Result<NewPasskey, WebauthnError> {
        ClientData::read(client_data)?.check(Ceremony::Create, challenge, &self.origin)?;
        let data = authenticator_data_of(attestation_object).ok_or(WebauthnError::Malformed)?;
        let data = AuthenticatorData::read(data).ok_or(WebauthnError::Malformed)?;
        self.check(&data)?;
        let credential = data.credential.as_ref().ok_or(WebauthnError::Malformed)?;
        if credential.id.is_empty()
            || credential.id.len() > MAX_CREDENTIAL_ID
            || credential.public_key.len() > MAX_PUBLIC_KEY
        {
            return Err(WebauthnError::Malformed);
        }
        PublicKey::read(credential.public_key)?;
        Ok(NewPasskey {
            credential_id: credential.id.to_vec(),
            public_key: credential.public_key.to_vec(),
            counter: data.counter,
            backup_eligible: data.backup_eligible(),
            backed_up: data.backed_up(),
        })
    }

    /// Checks an assertion that answers this challenge.
    pub fn authenticate(
        &self,
        challenge: &[u8],
        known: KnownPasskey<'_>,
        assertion: Assertion<'_>,
    ) -> Result<Used, WebauthnError> {
        ClientData::read(assertion.client_data)?.check(Ceremony::Get, challenge, &self.origin)?;
        let data = AuthenticatorData::read(assertion.authenticator_data)
            .ok_or(WebauthnError::Malformed)?;
        self.check(&data)?;
        if data.backup_eligible() != known.backup_eligible {
            return Err(WebauthnError::Malformed);
        }
        let hash = digest(&SHA256, assertion.client_data);
        let signed = [assertion.authenticator_data, hash.as_ref()].concat();
        PublicKey::read(known.public_key)?.verify(&signed, assertion.signature)?;
        // Authenticators that do not count say zero always.
        if (data.counter > 0 || known.counter > 0) && data.counter <= known.counter {
            return Err(WebauthnError::Cloned);
        }
        Ok(Used { counter: data.counter, backed_up: data.backed_up() })
    }

    fn check(&self, data: &AuthenticatorData<'_>) -> Result<(), WebauthnError> {
        if data.rp_id_hash != digest(&SHA256, self.id.as_bytes()).as_ref() {
            return Err(WebauthnError::RelyingParty);
        }
        if !data.user_verified() {
            return Err(WebauthnError::UserNotVerified);
        }
        // A passkey that is backed up is one that may be.
        if data.backed_up() && !data.backup_eligible() {
            return Err(WebauthnError::Malformed);
        }
        Ok(())
    }
}

/// The authenticator data of an attestation object.
pub(crate) fn authenticator_data_of(attestation_object: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(attestation_object);
    let mut data = None;
    for _ in 0..reader.map()? {
        if reader.text()? == "authData" {
            data = Some(reader.bytes()?);
        } else {
            reader.skip()?;
        }
    }
    data.filter(|_| reader.rest().is_empty())
}

#[cfg(test)]
mod tests {
    use super::RelyingParty;

    #[test]
    fn passkeys_need_a_host_name() {
        let cases = [
            ("https://studio.example:8443", Some("studio.example")),
            ("https://nexuscos.localhost", Some("nexuscos.localhost")),
            ("https://192.0.2.1:8443", None),
            ("https://[::1]:8443", None),
            ("https://", None),
        ];
        for (origin, id) in cases {
            assert_eq!(RelyingParty::at(origin).map(|site| site.id).as_deref(), id, "{origin}");
        }
    }
}
