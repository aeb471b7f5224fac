//! A passkey authenticator in software: P-256 and CBOR as Web Authentication says, sharing nothing
//! with the code under test.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const PRESENT: u8 = 1;
const VERIFIED: u8 = 4;
const ATTESTED: u8 = 64;
/// ES256 in CBOR.
const ES256: u8 = 0x26;

/// One passkey, and what its device does differently from others.
pub struct Authenticator {
    key: EcdsaKeyPair,
    credential_id: Vec<u8>,
    user_handle: String,
    pub origin: String,
    pub rp_id: String,
    pub counter: u32,
    pub flags: u8,
    pub names_user: bool,
    /// The algorithm that it says its key is of, in CBOR.
    pub algorithm: u8,
}

impl Authenticator {
    pub fn new(origin: &str) -> Self {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new());
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.unwrap().as_ref());
        let credential_id: [u8; 32] = rand::random();
        Self {
            key: key.unwrap(),
            credential_id: credential_id.to_vec(),
            user_handle: String::new(),
            origin: origin.to_owned(),
            rp_id: "nexuscos.localhost".to_owned(),
            counter: 1,
            flags: PRESENT | VERIFIED,
            names_user: true,
            algorithm: ES256,
        }
    }

    /// Answers `navigator.credentials.create()`.
    pub fn create(&mut self, options: &Value) -> Value {
        let options = &options["publicKey"];
        text(&options["user"]["id"]).clone_into(&mut self.user_handle);
        let client_data = self.client_data("webauthn.create", &options["challenge"]);
        let mut data = self.data(ATTESTED);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&u16::try_from(self.credential_id.len()).unwrap().to_be_bytes());
        data.extend_from_slice(&self.credential_id);
        // {1: 2, 3: algorithm, -1: 1, -2: x, -3: y}
        let point = self.key.public_key().as_ref();
        data.extend_from_slice(&[0xa5, 1, 2, 3, self.algorithm, 0x20, 1, 0x21, 0x58, 32]);
        data.extend_from_slice(&point[1..33]);
        data.extend_from_slice(&[0x22, 0x58, 32]);
        data.extend_from_slice(&point[33..]);
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend_from_slice(&data);
        json!({
            "id": encode(&self.credential_id), "rawId": encode(&self.credential_id),
            "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "clientDataJSON": encode(&client_data),
                "attestationObject": encode(&object),
                "transports": ["internal", "hybrid"],
            },
        })
    }

    /// Answers `navigator.credentials.get()`.
    pub fn get(&mut self, options: &Value) -> Value {
        self.counter += 1;
        self.assert(&options["publicKey"]["challenge"], "webauthn.get")
    }

    /// Signs whatever it is told to.
    pub fn assert(&self, challenge: &Value, kind: &str) -> Value {
        let client_data = self.client_data(kind, challenge);
        let data = self.data(0);
        let mut signed = data.clone();
        signed.extend_from_slice(digest(&SHA256, &client_data).as_ref());
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let mut response = json!({
            "clientDataJSON": encode(&client_data),
            "authenticatorData": encode(&data),
            "signature": encode(signature.as_ref()),
        });
        if self.names_user {
            response["userHandle"] = json!(self.user_handle);
        }
        json!({
            "id": encode(&self.credential_id), "rawId": encode(&self.credential_id),
            "type": "public-key", "clientExtensionResults": {}, "response": response,
        })
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, self.rp_id.as_bytes()).as_ref().to_vec();
        data.push(self.flags | more);
        data.extend_from_slice(&self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        json!({
            "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false,
            "other_keys_can_be_added_here": "do not compare clientDataJSON against a template",
        })
        .to_string()
        .into_bytes()
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
