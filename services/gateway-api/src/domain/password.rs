//! Which passwords are accepted, and generated ones.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::Secret;

/// Fewest characters of a new password.
pub(crate) const MIN_CHARACTERS: usize = 12;
/// Longest password that is looked at, in bytes: hashing time must not grow with the request.
pub(crate) const MAX_BYTES: usize = 1024;

/// Why a new password is not accepted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Too few characters.
    #[error("a password has at least {MIN_CHARACTERS} characters")]
    Short,
    /// Too many bytes.
    #[error("a password has at most {MAX_BYTES} bytes")]
    Long,
}

/// Checks a new password.
pub(crate) fn check_new(password: &str) -> Result<(), PasswordRefused> {
    if password.chars().count() < MIN_CHARACTERS {
        return Err(PasswordRefused::Short);
    }
    if password.len() > MAX_BYTES {
        return Err(PasswordRefused::Long);
    }
    Ok(())
}

/// A password out of 15 random bytes: 20 characters, 120 bits.
pub(crate) fn generated(random: [u8; 15]) -> Secret<String> {
    Secret::new(URL_SAFE_NO_PAD.encode(random))
}

#[cfg(test)]
mod tests {
    use super::{PasswordRefused, check_new, generated};

    #[test]
    fn new_passwords_are_long_but_not_endless() {
        assert_eq!(check_new("elevenchars"), Err(PasswordRefused::Short));
        assert_eq!(check_new("twelve chars"), Ok(()));
        assert_eq!(check_new(&"ä".repeat(600)), Err(PasswordRefused::Long));
        assert_eq!(check_new(generated([7; 15]).expose()), Ok(()));
    }
}
