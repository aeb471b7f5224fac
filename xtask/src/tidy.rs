//! Rules of the repository as a program. Each returns complaints: a place, what is wrong, and what
//! to do about it.

mod dependencies;
mod documentation;
mod licence;
mod licences;
mod lock_files;
mod metadata;
mod purity;
mod sizes;
mod words;

use std::collections::BTreeMap;
use std::fs;

use anyhow::Result;
use serde::Deserialize;

use crate::commands::stale_from_spec;
use crate::repository;

/// A file of the repository and its text.
#[derive(Debug)]
pub(crate) struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    fn extension(&self) -> Option<&str> {
        self.path.rsplit_once('.').map(|(_, extension)| extension)
    }
}

/// Committed exceptions: path to reason.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Excuses {
    /// Files longer than the cap.
    #[serde(default)]
    pub size: BTreeMap<String, String>,
    /// Files that must contain a forbidden word.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
}

/// Every complaint about the repository.
pub(crate) fn complaints() -> Result<Vec<String>> {
    let sources = sources()?;
    let excuses: Excuses =
        toml::from_str(&fs::read_to_string(repository::root().join("xtask/tidy-excuses.toml"))?)?;
    let metadata = metadata::read()?;
    let mut complaints = Vec::new();
    complaints.extend(dependencies::check(&metadata));
    complaints.extend(licences::check(&metadata)?);
    complaints.extend(purity::check(&sources));
    complaints.extend(sizes::check(&sources, &excuses));
    complaints.extend(words::check(&sources, &excuses));
    complaints.extend(documentation::check(&sources));
    complaints.extend(lock_files::check(&sources));
    complaints.extend(
        stale_from_spec()?
            .into_iter()
            .map(|path| format!("{path}: not as generated; run `cargo xtask render`")),
    );
    Ok(complaints)
}

/// Every text file of the repository.
fn sources() -> Result<Vec<Source>> {
    let root = repository::root();
    let read = |path: String| {
        let text = fs::read_to_string(root.join(&path)).ok()?;
        Some(Source { path, text })
    };
    Ok(repository::files()?.into_iter().filter_map(read).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_repository_is_tidy() {
        let complaints = super::complaints().expect("the rules can be checked");
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    }
}
