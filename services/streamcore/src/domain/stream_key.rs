//! Keys that publishers prove themselves with.

use aws_lc_rs::digest;

/// Starts every key, so that leaked ones can be found by a scanner.
const PREFIX: &str = "nxs_";
/// Crockford's base 32 in lower case: no letters that are mistaken for digits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 32 characters of 5 bits each.
const LENGTH: usize = 32;

/// A secret of 160 random bits. Shown once; only its hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct StreamKey(String);

/// The SHA-256 of a key. With this much entropy in the key a slow hash would add nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHash(pub [u8; 32]);

impl StreamKey {
    /// Makes a key of random bytes.
    pub fn from_random(bytes: [u8; LENGTH]) -> Self {
        let secret = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        Self(PREFIX.chars().chain(secret).collect())
    }

    /// The key itself, to be shown to its owner once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> KeyHash {
        hash(&self.0)
    }

    /// Its last four characters, enough for an owner to tell keys apart.
    pub fn hint(&self) -> &str {
        self.0.get(self.0.len() - 4..).unwrap_or_default()
    }
}

impl std::fmt::Debug for StreamKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StreamKey(…)")
    }
}

/// The hash of what a publisher presented, or `None` when it cannot be a key.
pub fn hash_presented(presented: &str) -> Option<KeyHash> {
    let secret = presented.strip_prefix(PREFIX)?;
    let sound = secret.len() == LENGTH && secret.bytes().all(|byte| ALPHABET.contains(&byte));
    sound.then(|| hash(presented))
}

fn hash(text: &str) -> KeyHash {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    KeyHash(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_matches_its_hash_and_never_prints() {
        let key = StreamKey::from_random(std::array::from_fn(|n| u8::try_from(n * 7).unwrap()));
        assert!(key.expose().starts_with("nxs_"));
        assert_eq!(hash_presented(key.expose()), Some(key.hash()));
        assert!(!format!("{key:?}").contains(&key.expose()[4..]));
        assert_eq!(key.hint().len(), 4);
    }

    #[test]
    fn what_cannot_be_a_key_is_not_hashed() {
        for bad in ["", "nxs_", "demo", "nxs_0123456789abcdefghjkmnpqrstvwxyu"] {
            assert_eq!(hash_presented(bad), None, "{bad}");
        }
    }
}
