//! The form of API keys: `nxk_`, the key's id, its secret and a checksum.
//!
//! The checksum tells a mistyped or cut-off key from a real one without asking anybody, and lets
//! scanners for leaked secrets be sure of what they found.

use uuid::Uuid;

/// What every key begins with.
pub const PREFIX: &str = "nxk_";
/// Characters of the secret: 43 of 62 kinds hold 256 bits.
pub const SECRET_LENGTH: usize = 43;

/// Digits of base 62.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits that hold the 128 bits of an id.
const ID_LENGTH: usize = 22;
/// Digits that hold the 32 bits of a checksum.
const CHECKSUM_LENGTH: usize = 6;

/// Whether a bearer token is meant to be an API key.
pub fn is_meant(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// The id that a well-formed key names; `None` when it is mistyped, cut off or something else.
pub fn id(text: &str) -> Option<Uuid> {
    let body = text.strip_prefix(PREFIX)?;
    if body.len() != ID_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH {
        return None;
    }
    let (named, checksum) = text.split_at_checked(text.len() - CHECKSUM_LENGTH)?;
    if !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) || checksum != checksum_of(named) {
        return None;
    }
    number(body.get(..ID_LENGTH)?).map(Uuid::from_u128)
}

/// The key of this id and secret, which has [`SECRET_LENGTH`] letters and digits.
pub fn compose(id: Uuid, secret: &str) -> String {
    let named = format!("{}{secret}", hint(id));
    let checksum = checksum_of(&named);
    named + &checksum
}

/// The beginning of a key, which is no secret: enough to recognise it by.
pub fn hint(id: Uuid) -> String {
    format!("{PREFIX}{}", digits(id.as_u128(), ID_LENGTH))
}

fn checksum_of(named: &str) -> String {
    digits(crc32fast::hash(named.as_bytes()).into(), CHECKSUM_LENGTH)
}

fn digits(mut number: u128, length: usize) -> String {
    let mut digits = Vec::with_capacity(length);
    for _ in 0..length {
        let digit = usize::try_from(number % 62).unwrap_or(0);
        digits.push(char::from(DIGITS[digit]));
        number /= 62;
    }
    digits.iter().rev().collect()
}

fn number(digits: &str) -> Option<u128> {
    digits.bytes().try_fold(0_u128, |number, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        number.checked_mul(62)?.checked_add(u128::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{SECRET_LENGTH, compose, hint, id};

    #[test]
    fn a_key_names_its_id_and_every_slip_is_noticed() {
        let secret = "s".repeat(SECRET_LENGTH);
        for number in [0, 1, 0x0190_0000_0000_7000_8000_0000_0000_0001, u128::MAX] {
            let key = compose(Uuid::from_u128(number), &secret);
            assert_eq!(key.len(), 75);
            assert_eq!(id(&key), Some(Uuid::from_u128(number)));
            assert!(key.starts_with(&hint(Uuid::from_u128(number))));
            for (index, character) in key.char_indices() {
                let other = if character == 'A' { "B" } else { "A" };
                let mut slipped = key.clone();
                slipped.replace_range(index..=index, other);
                assert_eq!(id(&slipped), None, "{slipped}");
            }
            assert_eq!(id(&key[..74]), None);
        }
    }

    #[test]
    fn what_is_no_key_is_not_taken_for_one() {
        let large = format!("nxk_{}", "z".repeat(71));
        for text in ["", "nxk_", "nxs_0123", "nxk_ä", large.as_str()] {
            assert_eq!(id(text), None, "{text}");
        }
    }
}
