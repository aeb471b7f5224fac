//! Agreement between the codes in the source and their pages in `docs/errors/`.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::Code;

/// Start of the line that names the owner on each page.
const OWNER_LINE: &str = "Raised by: ";

/// Differences between the codes of one owner (a crate's name) and the pages in `directory`
/// that say `Raised by: <owner>`; empty when they agree.
///
/// A page is `<code>.md`. Its first line is `# <code>: <title>`, and it says the status as
/// `Status: <number>`.
pub fn differences(directory: &Path, owner: &str, codes: &[&Code]) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut expected: BTreeSet<String> =
        codes.iter().map(|code| format!("{}.md", code.name)).collect();
    for code in codes {
        let page = directory.join(format!("{}.md", code.name));
        match fs::read_to_string(&page) {
            Err(_) => found.push(format!("{} has no page {}", code.name, page.display())),
            Ok(text) => found.extend(faults(&text, owner, code)),
        }
    }
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path())?;
        if owner_of(&text) == Some(owner) && !expected.remove(&name) {
            found.push(format!("{name} says `{OWNER_LINE}{owner}`, which has no such code"));
        }
    }
    Ok(found)
}

/// The owner that a page names.
pub fn owner_of(page: &str) -> Option<&str> {
    page.lines().find_map(|line| line.strip_prefix(OWNER_LINE)).map(str::trim)
}

fn faults(page: &str, owner: &str, code: &Code) -> Vec<String> {
    let lines = [
        format!("# {}: {}", code.name, code.title),
        format!("{OWNER_LINE}{owner}"),
        format!("Status: {}", code.kind.status().as_u16()),
    ];
    lines
        .into_iter()
        .filter(|wanted| !page.lines().any(|line| line.trim_end() == wanted))
        .map(|wanted| format!("{}.md lacks the line `{wanted}`", code.name))
        .collect()
}
