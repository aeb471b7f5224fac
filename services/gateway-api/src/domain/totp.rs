//! Authenticator apps: time-based one-time passwords (RFC 6238) of six digits, 30 seconds and
//! SHA-1, which is what every app understands.

use time::OffsetDateTime;
use totp_rs::{Builder, Secret, TotpError};

/// Bytes of a secret (RFC 4226 recommends 160 bits).
pub(crate) const SECRET_BYTES: usize = 20;
/// Digits of a code.
const DIGITS: usize = 6;
/// Who the app says the code is for.
const ISSUER: &str = "Nexus COS";

/// The app of one account.
pub(crate) struct Totp(totp_rs::Totp);

impl Totp {
    /// The app that holds this secret. The account is what the app shows.
    pub(crate) fn new(secret: &[u8], account: &str) -> Result<Self, TotpError> {
        Builder::new()
            .with_secret(Secret::from(secret.to_vec()))
            .with_issuer(Some(ISSUER))
            .with_account_name(account.replace(':', "_"))
            .build()
            .map(Self)
    }

    /// The secret as people type it, in base32.
    pub(crate) fn secret(&self) -> String {
        self.0.secret().to_base32()
    }

    /// The address that apps scan: `otpauth://totp/…`.
    pub(crate) fn uri(&self) -> Result<String, TotpError> {
        self.0.to_url()
    }

    /// The time step that the code belongs to, when that is this one or a neighbour.
    pub(crate) fn step_of(&self, code: &str, now: OffsetDateTime) -> Option<i64> {
        let now = u64::try_from(now.unix_timestamp()).ok()?;
        i64::try_from(self.0.check(code, now)?).ok()
    }
}

/// Whether a text has the form of such a code; spaces between digits are for people.
pub(crate) fn is_code(text: &str) -> bool {
    text.chars().filter(|c| !c.is_whitespace()).count() == DIGITS
        && text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::{Totp, is_code};

    /// The secret of RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(second: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        let totp = Totp::new(SECRET, "a@example.org").unwrap();
        let vectors = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (second, code) in vectors {
            assert_eq!(totp.step_of(code, at(second)), Some(second / 30), "{second}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_the_neighbours() {
        let totp = Totp::new(SECRET, "a@example.org").unwrap();
        for second in [0, 29, 30, 59, 60, 89] {
            assert_eq!(totp.step_of("287082", at(second)), Some(1), "{second}");
        }
        assert_eq!(totp.step_of("287082", at(90)), None);
        for wrong in ["287083", "28708", "2870822", "", "abcdef"] {
            assert_eq!(totp.step_of(wrong, at(59)), None, "{wrong}");
        }
    }

    #[test]
    fn apps_learn_who_the_code_is_for() {
        let totp = Totp::new(SECRET, "o:d d@example.org").unwrap();
        assert_eq!(totp.secret(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            totp.uri().unwrap(),
            "otpauth://totp/Nexus%20COS:o_d%20d%40example.org?\
             secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Nexus%20COS"
        );
    }

    #[test]
    fn six_digits_are_a_code_and_a_recovery_code_is_not() {
        assert!(is_code("123456") && is_code("123 456"));
        assert!(!is_code("12345") && !is_code("1234567") && !is_code("12345a") && !is_code(""));
    }
}
