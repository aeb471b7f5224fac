//! Registrations of passkeys: the attestation object, with what the browser says being right.
#![no_main]

use libfuzzer_sys::fuzz_target;
use webauthn::{KnownPasskey, RelyingParty, WebauthnError};

const CHALLENGE: &[u8] = &[0; 32];
const CLIENT_DATA: &[u8] = br#"{"type":"webauthn.create","challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","origin":"https://example.org"}"#;
const ASKED: &[u8] = br#"{"type":"webauthn.get","challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","origin":"https://example.org"}"#;

fuzz_target!(|bytes: &[u8]| {
    let Some(site) = RelyingParty::at("https://example.org") else { return };
    let Ok(passkey) = site.register(CHALLENGE, CLIENT_DATA, bytes) else { return };
    assert!((1..=1023).contains(&passkey.credential_id.len()));
    assert!(passkey.public_key.len() <= 2048);
    assert!(passkey.backup_eligible || !passkey.backed_up);
    assert!(site.register(CHALLENGE, CLIENT_DATA, &bytes[..bytes.len() - 1]).is_err());
    // What was registered can be checked with: only the signature is wrong.
    let known = KnownPasskey {
        public_key: &passkey.public_key,
        counter: passkey.counter,
        backup_eligible: passkey.backup_eligible,
    };
    let mut authenticator_data = HASH.to_vec();
    authenticator_data.push(if passkey.backup_eligible { 0b1101 } else { 0b101 });
    authenticator_data.extend_from_slice(&u32::MAX.to_be_bytes());
    let assertion = webauthn::Assertion {
        client_data: ASKED,
        authenticator_data: &authenticator_data,
        signature: bytes,
    };
    assert_eq!(site.authenticate(CHALLENGE, known, assertion), Err(WebauthnError::Signature));
});

/// SHA-256 of `example.org`.
const HASH: [u8; 32] = [
    0xbf, 0xab, 0xc3, 0x74, 0x32, 0x95, 0x8b, 0x06, 0x33, 0x60, 0xd3, 0xad, 0x64, 0x61, 0xc9, 0xc4,
    0x73, 0x5a, 0xe7, 0xf8, 0xed, 0xd4, 0x65, 0x92, 0xa5, 0xe0, 0xf0, 0x14, 0x52, 0xb2, 0xe4, 0xb5,
];
