//! Which FFmpeg it is.

use std::fmt;

/// Major and minor version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second.
    pub minor: u32,
}

impl Version {
    /// The oldest that works.
    pub const OLDEST: Self = Self { major: 5, minor: 1 };
    /// What a build from the development branch counts as: it names a commit and no version.
    pub const DEVELOPMENT: Self = Self { major: u32::MAX, minor: 0 };

    /// Reads the first line of `ffmpeg -version`, such as `ffmpeg version 5.1.9-0+deb12u1 …`.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let word = line.strip_prefix("ffmpeg version ")?.split_whitespace().next()?;
        if word.starts_with("N-") || word.starts_with("git-") {
            return Some(Self::DEVELOPMENT);
        }
        let word = word.strip_prefix('n').unwrap_or(word);
        let mut numbers = word.split(|c: char| !c.is_ascii_digit()).map(str::parse);
        let major = numbers.next()?.ok()?;
        let minor = numbers.next().and_then(Result::ok).unwrap_or(0);
        Some(Self { major, minor })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::DEVELOPMENT {
            return f.write_str("development");
        }
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_and_builds_are_told_apart() {
        let version = |text: &str| Version::parse(&format!("ffmpeg version {text} Copyright (c)"));
        let numbers = |major, minor| Some(Version { major, minor });
        assert_eq!(version("5.1.9-0+deb12u1"), numbers(5, 1));
        assert_eq!(version("8.0"), numbers(8, 0));
        assert_eq!(version("n7.1.1"), numbers(7, 1));
        assert_eq!(version("7"), numbers(7, 0));
        assert_eq!(version("N-121000-gabcdef"), Some(Version::DEVELOPMENT));
        assert_eq!(version("later"), None);
        assert_eq!(Version::parse("avconv version 9"), None);
    }
}
