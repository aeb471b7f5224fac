//! The name of a stream in addresses.

/// A lower-case name of 1 to 64 letters, digits and inner hyphens, safe in any URL path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

/// Why a text is no slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a slug has 1 to 64 lower-case letters, digits or hyphens and neither starts nor ends with a hyphen"
)]
pub struct InvalidSlug;

impl Slug {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, InvalidSlug> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let sound = (1..=64).contains(&text.len())
            && text.bytes().all(allowed)
            && !text.starts_with('-')
            && !text.ends_with('-');
        if sound { Ok(Self(text.to_owned())) } else { Err(InvalidSlug) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Slug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_path_safe_names_pass() {
        for good in ["a", "demo", "studio-1", "0"] {
            assert_eq!(Slug::parse(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(65);
        for bad in ["", "-a", "a-", "Demo", "a/b", "..", "a b", "é", &long] {
            assert_eq!(Slug::parse(bad), Err(InvalidSlug), "{bad}");
        }
    }
}
