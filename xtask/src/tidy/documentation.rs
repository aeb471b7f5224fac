//! Every shared crate asks the compiler to insist on documented items.

use super::Source;

const ATTRIBUTE: &str = "#![warn(missing_docs)]";

pub(super) fn check(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .filter(|source| {
            source.path.starts_with("crates/")
                && source.path.ends_with("/src/lib.rs")
                && !source.text.contains(ATTRIBUTE)
        })
        .map(|source| format!("{}: lacks `{ATTRIBUTE}` after its own documentation", source.path))
        .collect()
}
