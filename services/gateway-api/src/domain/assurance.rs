//! How somebody proved who they are, in the words that tokens use.

/// One factor.
pub(crate) const AAL1: &str = "urn:nexus:aal1";
/// Two factors, or a passkey that verified its user.
pub(crate) const AAL2: &str = "urn:nexus:aal2";

/// A way to prove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// The password.
    Password,
    /// A code of an authenticator app, or a recovery code.
    Code,
    /// A passkey that stays in its device.
    HardwareKey,
    /// A passkey that may be copied between devices.
    SoftwareKey,
}

/// What was proven and how well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assurance {
    /// Methods of RFC 8176.
    pub(crate) amr: Vec<String>,
    /// One factor or two.
    pub(crate) acr: String,
}

impl Method {
    /// Its name in RFC 8176.
    fn name(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Code => "otp",
            Self::HardwareKey => "hwk",
            Self::SoftwareKey => "swk",
        }
    }
}

impl Assurance {
    /// What these methods prove together.
    pub(crate) fn of(methods: &[Method]) -> Self {
        let none = Self { amr: Vec::new(), acr: AAL1.to_owned() };
        none.and(methods)
    }

    /// What it is with these methods proven besides.
    pub(crate) fn and(mut self, methods: &[Method]) -> Self {
        self.amr.retain(|name| name != "mfa");
        for method in methods {
            if !self.amr.iter().any(|name| name == method.name()) {
                self.amr.push(method.name().to_owned());
            }
        }
        let has = |name: &str| self.amr.iter().any(|known| known == name);
        let two = has("hwk") || has("swk") || (has("pwd") && has("otp"));
        if two {
            self.amr.push("mfa".to_owned());
        }
        if two { AAL2 } else { AAL1 }.clone_into(&mut self.acr);
        self
    }

    /// Whether two factors were proven.
    pub(crate) fn is_two_factor(&self) -> bool {
        self.acr == AAL2
    }
}

#[cfg(test)]
mod tests {
    use super::{Assurance, Method};

    #[test]
    fn two_factors_are_a_passkey_or_a_password_with_a_code() {
        let cases: [(&[Method], &[&str], bool); 5] = [
            (&[Method::Password], &["pwd"], false),
            (&[Method::Code], &["otp"], false),
            (&[Method::Password, Method::Code], &["pwd", "otp", "mfa"], true),
            (&[Method::HardwareKey], &["hwk", "mfa"], true),
            (&[Method::Password, Method::SoftwareKey], &["pwd", "swk", "mfa"], true),
        ];
        for (methods, amr, two) in cases {
            let assurance = Assurance::of(methods);
            assert_eq!(assurance.amr, amr);
            assert_eq!(assurance.is_two_factor(), two, "{methods:?}");
        }
    }

    #[test]
    fn what_is_proven_later_adds_to_it_and_takes_nothing_away() {
        let later = Assurance::of(&[Method::Password]).and(&[Method::Code]);
        assert_eq!(later, Assurance::of(&[Method::Password, Method::Code]));
        assert_eq!(later.clone().and(&[Method::Password]), later);
    }
}
