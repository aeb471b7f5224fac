//! The page that explains every check.

use std::fmt::Write as _;

use super::{CATALOGUE, Severity};
use crate::RenderedFile;

/// Renders `docs/checks.md`.
pub fn document() -> RenderedFile {
    let mut text = String::from(
        "<!-- Generated from crates/spec by `cargo xtask render`. Do not edit. -->\n\n\
         # What `nexus validate` checks\n\n\
         A required check that fails or cannot be made keeps the platform from passing; an advised \
         one warns. An id never changes its meaning.\n",
    );
    let mut area = None;
    for check in CATALOGUE {
        if area != Some(check.category) {
            area = Some(check.category);
            let _ = write!(
                text,
                "\n## {}\n\n| id | what is expected | | when it is not so |\n|---|---|---|---|\n",
                check.category.title()
            );
        }
        let weight = match check.severity {
            Severity::Required => "required",
            Severity::Advised => "advised",
        };
        let _ = writeln!(text, "| {} | {} | {weight} | {} |", check.id, check.title, check.remedy);
    }
    RenderedFile { path: "docs/checks.md".to_owned(), contents: text }
}
