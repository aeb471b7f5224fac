//! The signatures of Project Wycheproof against the primitive that tokens are checked with.

use aws_lc_rs::signature::ParsedPublicKey;
use serde::Deserialize;

use super::access_token::public_key;

const VECTORS: &str = include_str!("../../tests/wycheproof/ed25519_test.json");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    number_of_tests: usize,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    public_key_jwk: Key,
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
struct Key {
    x: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    tc_id: u32,
    msg: String,
    sig: String,
    result: String,
    flags: Vec<String>,
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// As `AccessToken` does it: a signature of another length is none.
fn accepts(key: &ParsedPublicKey, vector: &Vector) -> bool {
    let signature: Result<[u8; 64], _> = bytes(&vector.sig).try_into();
    signature.is_ok_and(|signature| key.verify_sig(&bytes(&vector.msg), &signature).is_ok())
}

#[test]
fn every_signature_is_judged_as_it_should_be() {
    let vectors: Vectors = serde_json::from_str(VECTORS).unwrap();
    let mut judged = 0;
    for group in &vectors.test_groups {
        let key = public_key(&group.public_key_jwk.x).unwrap();
        for vector in &group.tests {
            let expected = vector.result == "valid";
            assert_eq!(accepts(&key, vector), expected, "{}: {:?}", vector.tc_id, vector.flags);
            judged += 1;
        }
    }
    assert_eq!((judged, vectors.number_of_tests), (151, 151));
}
