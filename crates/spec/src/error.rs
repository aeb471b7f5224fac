//! What is wrong in a specification, where, and what to do about it.

use std::fmt;

/// One error in a specification file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecError {
    /// File name as given by the caller of [`crate::Spec::parse_named`].
    pub file: String,
    /// 1-based line.
    pub line: u64,
    /// 1-based column.
    pub column: u64,
    /// What is wrong, as a lowercase fragment.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, message, remedy } = self;
        write!(f, "{file}:{line}:{column}: {message}; {remedy}")
    }
}

impl std::error::Error for SpecError {}
