//! Assertions of passkeys: nothing is believed but what an authenticator signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use webauthn::{Assertion, KnownPasskey, RelyingParty};

/// The passkey of the vector `none-es256-long-credential-id`, and what it once answered.
const PUBLIC_KEY: &[u8] = b"\xa5\x01\x02\x03\x26\x20\x01\
    \x21\x58\x20\x3b\x81\x76\xb7\x50\x44\x89\xcc\x59\x30\x46\xd7\x98\x8a\xbb\x79\
    \x05\xa7\x42\xde\x6a\xc2\xcd\xc7\x48\xa8\x73\xc6\x63\xe9\x0c\xb1\
    \x22\x58\x20\x14\x36\xd5\xed\xc9\xa7\x5f\x23\x99\x9e\xef\x9d\x59\x50\xa5\xc2\
    \x45\x55\x14\xee\x10\x14\x08\x47\x20\xf8\x41\xa0\x6b\x82\x8a\x11";
const CHALLENGE: &[u8] = b"\xef\x1d\xeb\xa5\x6d\xce\x48\xf6\x74\xa4\x47\xcc\xf6\x3b\x95\x99\
    \x25\x8c\xe8\x76\x48\xe5\xc3\x96\xf2\xef\x0c\xa1\xda\x46\x0e\x3b";
const SIGNED: &[u8] = include_bytes!("../seeds/passkey_assertion/es256");

fuzz_target!(|bytes: &[u8]| {
    let (Some(given), Some(signed)) = (parts(bytes), parts(SIGNED)) else { return };
    let Some(site) = RelyingParty::at("https://example.org") else { return };
    let known = KnownPasskey { public_key: PUBLIC_KEY, counter: 0, backup_eligible: true };
    if site.authenticate(CHALLENGE, known, given).is_ok() {
        assert_eq!(given.authenticator_data, signed.authenticator_data);
        assert_eq!(given.client_data, signed.client_data);
    }
});

/// Authenticator data and signature, each after a byte with its length, then what the browser says.
fn parts(bytes: &[u8]) -> Option<Assertion<'_>> {
    let (&length, rest) = bytes.split_first()?;
    let (authenticator_data, rest) = rest.split_at_checked(length.into())?;
    let (&length, rest) = rest.split_first()?;
    let (signature, client_data) = rest.split_at_checked(length.into())?;
    Some(Assertion { client_data, authenticator_data, signature })
}
