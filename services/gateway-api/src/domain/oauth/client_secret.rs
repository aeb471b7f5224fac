//! Secrets of confidential clients.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Starts every secret, so that leaked ones can be found by a scanner.
const PREFIX: &str = "nxo_";
/// Bytes of the checksum.
const CHECKSUM: usize = 4;
/// Characters shown to tell secrets apart.
const HINT: usize = 4;

/// 256 random bits and a checksum, which tells a typing error from a wrong secret. With this much
/// entropy a slow hash would add nothing.
#[derive(Clone)]
pub(crate) struct ClientSecret(String);

/// The SHA-256 of a secret: what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecretHash(pub(crate) [u8; 32]);

impl ClientSecret {
    pub(crate) fn from_random(random: [u8; 32]) -> Self {
        let mut bytes = random.to_vec();
        bytes.extend_from_slice(&checksum(&random));
        Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The secret itself, to be shown once.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }

    /// Its last characters.
    pub(crate) fn hint(&self) -> &str {
        self.0.get(self.0.len() - HINT..).unwrap_or_default()
    }
}

impl SecretHash {
    /// The hash of any text.
    fn of(text: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Self(hash)
    }

    /// The hash of what a client presented, or `None` when it cannot be a secret of ours.
    pub(crate) fn of_presented(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (random, sum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
        (random.len() == 32 && checksum(random) == sum).then(|| Self::of(text))
    }

    /// Compares in constant time.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

fn checksum(random: &[u8]) -> [u8; CHECKSUM] {
    let mut sum = [0; CHECKSUM];
    sum.copy_from_slice(&digest(&SHA256, random).as_ref()[..CHECKSUM]);
    sum
}

#[cfg(test)]
mod tests {
    use super::{ClientSecret, SecretHash};

    #[test]
    fn a_secret_matches_its_own_hash_and_never_prints() {
        let secret = ClientSecret::from_random([7; 32]);
        let other = ClientSecret::from_random([8; 32]);
        let presented = SecretHash::of_presented(secret.expose()).unwrap();
        assert!(presented.matches(&secret.hash()));
        assert!(!presented.matches(&other.hash()));
        assert!(!format!("{secret:?}").contains(&secret.expose()[4..]));
        assert!(secret.expose().ends_with(secret.hint()));
    }

    #[test]
    fn a_typing_error_is_not_even_looked_up() {
        let secret = ClientSecret::from_random([7; 32]);
        for index in 4..secret.expose().len() {
            let mut typo = secret.expose().to_owned().into_bytes();
            typo[index] = if typo[index] == b'A' { b'B' } else { b'A' };
            let typo = String::from_utf8(typo).unwrap();
            assert_eq!(SecretHash::of_presented(&typo), None, "{typo}");
        }
        for garbage in ["", "nxo_", "nxo_AAAA", "secret"] {
            assert_eq!(SecretHash::of_presented(garbage), None);
        }
    }
}
