//! Codes that people read from one screen and type at another (RFC 8628, 6.1).

/// Consonants only: no letter is mistaken for a digit, and no word comes about.
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Letters of a code: 20^8 makes 34 bits, and guesses are limited.
const LENGTH: usize = 8;

/// See the [module](self). Held without the separator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserCode(String);

impl UserCode {
    /// A code of random bytes, of which those that would favour some letters are left out;
    /// `None` when too few are left.
    pub(crate) fn from_random(bytes: &[u8]) -> Option<Self> {
        let letters: String = bytes
            .iter()
            .filter(|byte| **byte < 240)
            .take(LENGTH)
            .map(|byte| char::from(ALPHABET[usize::from(byte % 20)]))
            .collect();
        (letters.len() == LENGTH).then_some(Self(letters))
    }

    /// Reads what a person typed: case, spaces and dashes do not matter.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let letters: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .take(LENGTH + 1)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let sound = letters.len() == LENGTH && letters.bytes().all(|b| ALPHABET.contains(&b));
        sound.then_some(Self(letters))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The code as it is shown: `WDJB-MJHT`.
    pub(crate) fn shown(&self) -> String {
        format!("{}-{}", &self.0[..LENGTH / 2], &self.0[LENGTH / 2..])
    }
}

#[cfg(test)]
mod tests {
    use super::UserCode;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = UserCode::from_random(&[255, 0, 1, 2, 3, 4, 250, 5, 6, 239]).unwrap();
        assert_eq!(code.shown(), "BCDF-GHJZ");
        for typed in ["BCDF-GHJZ", "bcdfghjz", " bcdf ghjz ", "b-c-d-f-g-h-j-z"] {
            assert_eq!(UserCode::parse(typed), Some(code.clone()), "{typed}");
        }
        for typed in ["", "BCDF-GHJ", "BCDF-GHJZZ", "ACDF-GHJZ", "BCDF-GHJ0"] {
            assert_eq!(UserCode::parse(typed), None, "{typed}");
        }
        assert_eq!(UserCode::from_random(&[255; 64]), None);
    }
}
