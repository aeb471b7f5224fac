//! Which passwords are accepted, and generated ones.

use api::gateway::PasswordStrength;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::Secret;
use zxcvbn::{Score, zxcvbn};

use super::known_passwords::is_known;

/// Fewest characters of a new password.
pub(crate) const MIN_CHARACTERS: usize = 10;
/// Longest password that is looked at, in bytes: hashing time must not grow with the request.
pub(crate) const MAX_BYTES: usize = 1024;
/// Characters that strength is estimated from: the time for it grows faster than their number.
const ESTIMATED_CHARACTERS: usize = 64;
/// Fewest characters besides what is known of its owner.
const FEWEST_BESIDES: usize = 6;
/// Words of the product, which are no secret.
const PRODUCT: [&str; 2] = ["nexus", "nexuscos"];

/// Why a new password is not accepted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Too few characters.
    #[error("a password has at least {MIN_CHARACTERS} characters")]
    Short,
    /// Too many bytes.
    #[error("a password has at most {MAX_BYTES} bytes")]
    Long,
    /// It is on the list of known ones.
    #[error("this password is known from leaks and among the first that are tried; choose another")]
    Known,
    /// It is hardly more than what is known of its owner.
    #[error(
        "this password is made of your own name or address, which others know; use several unrelated words"
    )]
    Personal,
    /// It would be found in few attempts.
    #[error(
        "this password is easy to guess: it is made of common words, names, dates or patterns; use several unrelated words"
    )]
    Guessable,
}

/// Checks a new password. `own` is what is known of its owner, such as name and address: it makes
/// a password easier to guess.
pub(crate) fn check_new(password: &str, own: &[&str]) -> Result<(), PasswordRefused> {
    if password.chars().count() < MIN_CHARACTERS {
        return Err(PasswordRefused::Short);
    }
    if password.len() > MAX_BYTES {
        return Err(PasswordRefused::Long);
    }
    if is_known(password) {
        return Err(PasswordRefused::Known);
    }
    if without(password, &words(own)).chars().count() < FEWEST_BESIDES {
        return Err(PasswordRefused::Personal);
    }
    if score(password, own) < Score::Three {
        return Err(PasswordRefused::Guessable);
    }
    Ok(())
}

/// How hard a password is to guess, and whether it would be accepted.
pub(crate) fn strength(password: &str, own: &[&str]) -> PasswordStrength {
    let refused = check_new(password, own).err();
    let score = match refused {
        Some(PasswordRefused::Known) => Score::Zero,
        _ => score(password, own),
    };
    PasswordStrength { score: score.into(), refused: refused.map(|why| why.to_string()) }
}

/// A password out of 15 random bytes: 20 characters, 120 bits.
pub(crate) fn generated(random: [u8; 15]) -> Secret<String> {
    Secret::new(URL_SAFE_NO_PAD.encode(random))
}

fn score(password: &str, own: &[&str]) -> Score {
    let words: Vec<&str> = words(own).into_iter().chain(PRODUCT).collect();
    let estimated: String = password.chars().take(ESTIMATED_CHARACTERS).collect();
    zxcvbn(&estimated, &words).score()
}

/// What is known of the owner, as a whole and word by word, the longest first.
fn words<'a>(own: &[&'a str]) -> Vec<&'a str> {
    let parts = own.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let mut words: Vec<&str> =
        parts.chain(own.iter().copied()).filter(|word| word.chars().count() > 2).collect();
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// What is left of a password when these words are taken out of it.
fn without(password: &str, words: &[&str]) -> String {
    words.iter().fold(password.to_lowercase(), |rest, word| rest.replace(&word.to_lowercase(), ""))
}

#[cfg(test)]
mod tests {
    use super::{PasswordRefused, check_new, generated, strength};

    #[test]
    fn new_passwords_are_long_but_not_endless() {
        assert_eq!(check_new("ninechars", &[]), Err(PasswordRefused::Short));
        assert_eq!(check_new(&"ä".repeat(600), &[]), Err(PasswordRefused::Long));
        let random = generated([0x5a, 3, 77, 91, 200, 13, 8, 99, 41, 250, 6, 127, 33, 180, 2]);
        assert_eq!(check_new(random.expose(), &[]), Ok(()));
    }

    #[test]
    fn what_is_known_or_easy_to_guess_is_refused() {
        let own = ["Ada Lovelace", "ada.lovelace@example.org"];
        for (password, expected) in [
            ("Qwertyuiop", Err(PasswordRefused::Known)),
            ("aaaaaaaaaaaaaaaaaaaaaaa", Err(PasswordRefused::Guessable)),
            ("ada.Lovelace1815", Err(PasswordRefused::Personal)),
            ("abcabcabcabcabcabc", Err(PasswordRefused::Guessable)),
            ("nexuscosnexuscos", Err(PasswordRefused::Guessable)),
            ("violet engine 1843 loom", Ok(())),
        ] {
            assert_eq!(check_new(password, &own), expected, "{password}");
        }
        assert_eq!(check_new("ada.Lovelace1815", &[]), Ok(()), "it is somebody else's name");
    }

    #[test]
    fn strength_is_said_by_the_same_rules() {
        let known = strength("Qwertyuiop", &[]);
        assert_eq!((known.score, known.refused.is_some()), (0, true));
        let good = strength("violet engine 1843 loom", &[]);
        assert_eq!((good.score, good.refused), (4, None));
    }
}
