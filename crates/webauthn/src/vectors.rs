//! The test vectors of Web Authentication, level 3, section 16.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;

use crate::authenticator_data::AuthenticatorData;
use crate::client_data::{Ceremony, ClientData};
use crate::public_key::PublicKey;
use crate::relying_party::authenticator_data_of;
use crate::{Assertion, KnownPasskey, RelyingParty, Used, WebauthnError};

#[derive(Deserialize)]
struct Vector {
    name: String,
    credential_id: String,
    registration: Registration,
    authentication: Authentication,
}

#[derive(Deserialize)]
struct Registration {
    challenge: String,
    client_data: String,
    attestation_object: String,
}

#[derive(Deserialize)]
struct Authentication {
    challenge: String,
    client_data: String,
    authenticator_data: String,
    signature: String,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../vectors/level-3.json")).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn site() -> RelyingParty {
    RelyingParty::at("https://example.org").unwrap()
}

/// What only the vectors' authenticators do: some did not verify their user, some were asked by
/// pages within pages, one has an algorithm that we do not ask for. Everything else must hold.
#[test]
fn every_vector_is_read_as_its_authenticator_wrote_it() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 8);
    for vector in vectors {
        let (made, used) = (&vector.registration, &vector.authentication);
        let client = ClientData::read(&bytes(&made.client_data)).unwrap();
        let challenge = bytes(&made.challenge);
        let asked = client.check(Ceremony::Create, &challenge, "https://example.org");
        let within = ["none-es256-crossOrigin", "none-es256-topOrigin"];
        let expected = if within.contains(&vector.name.as_str()) {
            Err(WebauthnError::Origin)
        } else {
            Ok(())
        };
        assert_eq!(asked, expected, "{}", vector.name);

        let attested = bytes(&made.attestation_object);
        let data = AuthenticatorData::read(authenticator_data_of(&attested).unwrap()).unwrap();
        assert_eq!(data.rp_id_hash, digest(&SHA256, b"example.org").as_ref());
        let credential = data.credential.unwrap();
        assert_eq!(credential.id, bytes(&vector.credential_id), "{}", vector.name);
        let key = PublicKey::read(credential.public_key);
        if vector.name == "packed-es384" {
            assert_eq!(key.err(), Some(WebauthnError::PublicKey));
            continue;
        }
        let mut signed = bytes(&used.authenticator_data);
        signed.extend_from_slice(digest(&SHA256, &bytes(&used.client_data)).as_ref());
        let mut signature = bytes(&used.signature);
        let key = key.unwrap();
        assert_eq!(key.verify(&signed, &signature), Ok(()), "{}", vector.name);
        *signature.last_mut().unwrap() ^= 1;
        assert_eq!(key.verify(&signed, &signature), Err(WebauthnError::Signature));
    }
}

/// The credential that a registration is for, whether its user was verified or not.
fn known(attested: &[u8]) -> (Vec<u8>, bool) {
    let data = AuthenticatorData::read(authenticator_data_of(attested).unwrap()).unwrap();
    let backup_eligible = data.backup_eligible();
    (data.credential.unwrap().public_key.to_vec(), backup_eligible)
}

#[test]
fn registrations_are_believed_when_their_user_was_verified() {
    let expected = [
        ("none-es256", Err(WebauthnError::UserNotVerified)),
        ("packed-self-es256", Ok(())),
        ("none-es256-crossOrigin", Err(WebauthnError::Origin)),
        ("none-es256-topOrigin", Err(WebauthnError::Origin)),
        ("none-es256-long-credential-id", Err(WebauthnError::UserNotVerified)),
        ("packed-es384", Err(WebauthnError::UserNotVerified)),
        ("packed-rs256", Ok(())),
        ("packed-eddsa", Err(WebauthnError::UserNotVerified)),
    ];
    for (vector, (name, expected)) in vectors().iter().zip(expected) {
        let made = &vector.registration;
        let (client, attested) = (bytes(&made.client_data), bytes(&made.attestation_object));
        let registered = site().register(&bytes(&made.challenge), &client, &attested);
        assert_eq!(
            (vector.name.as_str(), registered.as_ref().map(drop)),
            (name, expected.as_ref().map(drop))
        );
        let Ok(passkey) = registered else { continue };
        assert_eq!(passkey.credential_id, bytes(&vector.credential_id));
        assert_eq!((passkey.public_key, passkey.backup_eligible), known(&attested));
        assert_eq!((passkey.counter, passkey.backed_up), (0, true));
    }
}

#[test]
fn assertions_are_believed_when_their_user_was_verified() {
    let expected = [
        ("none-es256", Err(WebauthnError::UserNotVerified)),
        ("packed-self-es256", Err(WebauthnError::UserNotVerified)),
        ("none-es256-crossOrigin", Err(WebauthnError::Origin)),
        ("none-es256-topOrigin", Err(WebauthnError::Origin)),
        ("none-es256-long-credential-id", Ok(Used { counter: 0, backed_up: false })),
        ("packed-es384", Err(WebauthnError::PublicKey)),
        ("packed-rs256", Err(WebauthnError::UserNotVerified)),
        ("packed-eddsa", Err(WebauthnError::UserNotVerified)),
    ];
    for (vector, (name, expected)) in vectors().iter().zip(expected) {
        let used = &vector.authentication;
        let (client, data) = (bytes(&used.client_data), bytes(&used.authenticator_data));
        let signature = bytes(&used.signature);
        let (public_key, backup_eligible) = known(&bytes(&vector.registration.attestation_object));
        let known = KnownPasskey { public_key: &public_key, counter: 0, backup_eligible };
        let assertion =
            Assertion { client_data: &client, authenticator_data: &data, signature: &signature };
        let checked = site().authenticate(&bytes(&used.challenge), known, assertion);
        assert_eq!((vector.name.as_str(), checked), (name, expected));
    }
}

#[test]
fn an_assertion_that_was_changed_is_not_believed() {
    let vectors = vectors();
    let vector =
        vectors.iter().find(|vector| vector.name == "none-es256-long-credential-id").unwrap();
    let used = &vector.authentication;
    let (client, data) = (bytes(&used.client_data), bytes(&used.authenticator_data));
    let (challenge, signature) = (bytes(&used.challenge), bytes(&used.signature));
    let (public_key, backup_eligible) = known(&bytes(&vector.registration.attestation_object));
    let known = KnownPasskey { public_key: &public_key, counter: 0, backup_eligible };
    let check = |site: &RelyingParty, known, challenge: &[u8], data: &[u8]| {
        let (client_data, signature) = (client.as_slice(), signature.as_slice());
        site.authenticate(
            challenge,
            known,
            Assertion { client_data, authenticator_data: data, signature },
        )
    };
    assert!(check(&site(), known, &challenge, &data).is_ok());
    let other = RelyingParty::at("https://example.com").unwrap();
    assert_eq!(check(&other, known, &challenge, &data), Err(WebauthnError::Origin));
    let host = RelyingParty { id: "example.com".to_owned(), ..site() };
    assert_eq!(check(&host, known, &challenge, &data), Err(WebauthnError::RelyingParty));
    assert_eq!(check(&site(), known, b"another", &data), Err(WebauthnError::Challenge));
    let counted = KnownPasskey { counter: 1, ..known };
    assert_eq!(check(&site(), counted, &challenge, &data), Err(WebauthnError::Cloned));
    let bound = KnownPasskey { backup_eligible: !backup_eligible, ..known };
    assert_eq!(check(&site(), bound, &challenge, &data), Err(WebauthnError::Malformed));
    for at in 0..data.len() {
        for bit in 0..8 {
            let mut changed = data.clone();
            changed[at] ^= 1 << bit;
            assert!(check(&site(), known, &challenge, &changed).is_err(), "byte {at}, bit {bit}");
        }
        assert!(check(&site(), known, &challenge, &data[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn registrations_that_are_cut_or_changed_never_panic() {
    for vector in vectors() {
        let client = bytes(&vector.registration.client_data);
        let challenge = bytes(&vector.registration.challenge);
        let attested = bytes(&vector.registration.attestation_object);
        for at in 0..attested.len() {
            assert!(site().register(&challenge, &client, &attested[..at]).is_err());
            let mut changed = attested.clone();
            changed[at] ^= 0xff;
            drop(site().register(&challenge, &client, &changed));
        }
    }
}
