//! Accounts: their names and what their roles allow.

use api::gateway::UserRole;
use api::plan::PlanCode;

/// Longest e-mail address (RFC 5321: 254 octets).
const MAX_EMAIL: usize = 254;

/// Longest name, in characters.
const MAX_NAME: usize = 120;

/// An e-mail address in the one form that accounts are found by: trimmed, lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email(String);

impl Email {
    /// Takes what has the form `name@host`; whether it exists only a message to it can tell.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (name, host) = text.rsplit_once('@')?;
        let plain = |part: &str| {
            !part.is_empty()
                && !part.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@')
        };
        (text.len() <= MAX_EMAIL && plain(name) && plain(host)).then_some(Self(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name that others are shown: trimmed, 1 to 120 characters, none of them a control character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DisplayName(String);

impl DisplayName {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (1..=MAX_NAME).contains(&text.chars().count());
        (fits && !text.chars().any(char::is_control)).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Scope of whatever concerns one's own account. Clients of others do not get it.
pub(crate) const ACCOUNT: &str = "account";

/// Scopes that a role's tokens carry.
pub(crate) fn scopes(role: UserRole) -> &'static [&'static str] {
    match role {
        UserRole::Admin => &[
            ACCOUNT,
            "api-keys:read",
            "api-keys:write",
            "audit:read",
            "clients:read",
            "clients:write",
            "organisations:read",
            "organisations:write",
            "people:read",
            "people:write",
            "streams:read",
            "streams:write",
            "system:read",
        ],
        UserRole::Operator => &[ACCOUNT, "streams:read", "streams:write", "system:read"],
        UserRole::Viewer => &[ACCOUNT],
    }
}

/// The role's name in the database and in tokens.
pub(crate) fn role_name(role: UserRole) -> &'static str {
    match role {
        UserRole::Admin => "admin",
        UserRole::Operator => "operator",
        UserRole::Viewer => "viewer",
    }
}

/// The role of that name; an unknown one may do nothing.
pub(crate) fn role_named(name: &str) -> UserRole {
    match name {
        "admin" => UserRole::Admin,
        "operator" => UserRole::Operator,
        _ => UserRole::Viewer,
    }
}

/// The plan of that code; an unknown one is the cheapest.
pub(crate) fn plan_named(code: &str) -> PlanCode {
    PlanCode::named(code).unwrap_or(PlanCode::Free)
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn addresses_are_compared_in_one_form() {
        let cases = [
            (" Admin@Example.ORG ", Some("admin@example.org")),
            ("a@b", Some("a@b")),
            ("no-at-sign", None),
            ("@host", None),
            ("name@", None),
            ("two words@host", None),
            ("a@b@c", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Email::parse(text).as_ref().map(Email::as_str), expected, "{text}");
        }
        assert_eq!(Email::parse(&format!("{}@host", "a".repeat(250))), None);
    }
}
