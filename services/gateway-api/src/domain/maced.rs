//! Opaque tokens: a prefix, then some bytes and their MAC in base64url.
//!
//! Nothing has to be stored to recognise one, and a copy of the database gives none away.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes of the MAC.
const MAC: usize = 32;
/// Longest token that is looked at.
const MAX_TEXT: usize = 512;

/// The token of these bytes. The prefix names the kind, for programs that look for leaked secrets.
pub(crate) fn write(prefix: &str, named: &[u8], key: &hmac::Key) -> String {
    let mut bytes = named.to_vec();
    bytes.extend_from_slice(hmac::sign(key, named).as_ref());
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The bytes of a token; `None` when it was not made with this key. Compared in constant time.
pub(crate) fn read(prefix: &str, text: &str, key: &hmac::Key) -> Option<Vec<u8>> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let mut bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(prefix)?).ok()?;
    let named = bytes.len().checked_sub(MAC)?;
    let (content, mac) = bytes.split_at_checked(named)?;
    hmac::verify(key, content, mac).ok()?;
    bytes.truncate(named);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;

    use super::{read, write};

    #[test]
    fn only_untouched_tokens_of_the_same_key_are_read() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let other = hmac::Key::new(hmac::HMAC_SHA256, &[2; 32]);
        let text = write("nxt_", b"some bytes", &key);
        assert_eq!(read("nxt_", &text, &key).as_deref(), Some(b"some bytes".as_slice()));
        assert_eq!(read("nxt_", &text, &other), None);
        assert_eq!(read("nxu_", &text, &key), None);
        for (index, _) in text.char_indices() {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(read("nxt_", &changed, &key), None, "{changed}");
        }
        for garbage in ["", "nxt_", "nxt_AAAA", "nxt_\u{e4}", &"nxt_A".repeat(200)] {
            assert_eq!(read("nxt_", garbage, &key), None);
        }
    }
}
