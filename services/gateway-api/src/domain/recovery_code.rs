//! Recovery codes: ten characters of an alphabet without look-alikes, 50 bits.

use aws_lc_rs::hmac;
use uuid::Uuid;

/// Codes in a set.
pub(crate) const COUNT: usize = 10;
/// Characters of a code.
const LENGTH: usize = 10;
/// Crockford's base32.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code as it is shown: two groups of five.
pub(crate) fn code(random: [u8; LENGTH]) -> String {
    let mut text: String =
        random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    text.insert(LENGTH / 2, '-');
    text
}

/// What is kept of a user's code. The key is not in the database, so a copy of the table cannot
/// be searched. However people type a code, it is the same.
pub(crate) fn hash(key: &hmac::Key, user: Uuid, code: &str) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    context.update(user.as_bytes());
    for character in code.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let plain = match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        context.update(plain.encode_utf8(&mut [0; 4]).as_bytes());
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.sign().as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;
    use uuid::Uuid;

    use super::{code, hash};

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let user = Uuid::from_u128(1);
        let shown = code([0, 1, 31, 32, 33, 10, 20, 30, 200, 255]);
        assert_eq!(shown, "01Z01-AMY8Z");
        let kept = hash(&key, user, &shown);
        for typed in ["01z01amy8z", "o1zoL-amy8z", " 01Z01 AMY8Z ", "OIZ01AMY8Z"] {
            assert_eq!(hash(&key, user, typed), kept, "{typed}");
        }
        assert_ne!(hash(&key, Uuid::from_u128(2), &shown), kept);
        assert_ne!(hash(&key, user, "01Z01-AMY8Y"), kept);
    }
}
