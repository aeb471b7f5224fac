//! Refresh tokens: a session's id and a generation under a MAC.
//!
//! Nothing about a token is stored but the generation that is good, so a copy of the database
//! gives no token away, and a token that was used before is recognised however old it is.

use aws_lc_rs::hmac;
use uuid::Uuid;

use super::maced;

/// What tokens begin with, for programs that look for leaked secrets.
const PREFIX: &str = "nxr_";

/// What a genuine refresh token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RefreshToken {
    pub(crate) session: Uuid,
    pub(crate) generation: u32,
}

impl RefreshToken {
    /// The token as it is given to the client.
    pub(crate) fn seal(self, key: &hmac::Key) -> String {
        let mut bytes = self.session.as_bytes().to_vec();
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        maced::write(PREFIX, &bytes, key)
    }

    /// Reads a token; `None` when it was not made with this key.
    pub(crate) fn open(text: &str, key: &hmac::Key) -> Option<Self> {
        let bytes = maced::read(PREFIX, text, key)?;
        let (session, generation) = bytes.split_at_checked(16)?;
        Some(Self {
            session: Uuid::from_slice(session).ok()?,
            generation: u32::from_be_bytes(generation.try_into().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;
    use uuid::Uuid;

    use super::RefreshToken;

    #[test]
    fn only_untouched_tokens_of_the_same_key_are_opened() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let other = hmac::Key::new(hmac::HMAC_SHA256, &[2; 32]);
        let token = RefreshToken { session: Uuid::from_u128(5), generation: 3 };
        let text = token.seal(&key);
        assert_eq!(RefreshToken::open(&text, &key), Some(token));
        assert_eq!(RefreshToken::open(&text, &other), None);
        for (index, _) in text.char_indices() {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(RefreshToken::open(&changed, &key), None, "{changed}");
        }
        for garbage in ["", "nxr_", "nxr_AAAA", "nxr_ä"] {
            assert_eq!(RefreshToken::open(garbage, &key), None);
        }
    }
}
