//! What cargo knows about the workspace and everything it depends on.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::Deserialize;

use crate::process::cargo;

/// The parts of `cargo metadata` that the rules look at.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub packages: Vec<Package>,
    pub workspace_members: BTreeSet<String>,
    pub workspace_root: String,
    pub resolve: Resolve,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub id: String,
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    pub source: Option<String>,
    pub manifest_path: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Resolve {
    pub nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    pub id: String,
    pub deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub pkg: String,
    pub dep_kinds: Vec<Kind>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Kind {
    /// None for an ordinary dependency, else `dev` or `build`.
    pub kind: Option<String>,
}

/// Reads the metadata for the platform that production runs on.
pub(crate) fn read() -> Result<Metadata> {
    let text = cargo()
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .output()?;
    Ok(serde_json::from_str(&text)?)
}

impl Metadata {
    pub(crate) fn package(&self, id: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.id == id)
    }

    /// Members of the workspace with their folder relative to its root.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&Package, &str)> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id)).map(
            |package| {
                let folder = package
                    .manifest_path
                    .strip_prefix(&self.workspace_root)
                    .unwrap_or(&package.manifest_path)
                    .trim_start_matches('/')
                    .trim_end_matches("/Cargo.toml");
                (package, folder)
            },
        )
    }

    /// What a package's own code uses directly, by id; with `tests`, also what its tests use.
    pub(crate) fn direct(&self, id: &str, tests: bool) -> Vec<&str> {
        let node = self.resolve.nodes.iter().find(|node| node.id == id);
        node.into_iter()
            .flat_map(|node| &node.deps)
            .filter(|dep| {
                let wanted = |kind: &Kind| {
                    kind.kind.is_none() || (tests && kind.kind.as_deref() == Some("dev"))
                };
                dep.dep_kinds.iter().any(wanted)
            })
            .map(|dep| dep.pkg.as_str())
            .collect()
    }

    /// Everything that is linked into a package's own code, by id, with the package that brings it.
    pub(crate) fn linked(&self, id: &str) -> BTreeMap<&str, String> {
        let mut found = BTreeMap::new();
        let mut open = vec![id.to_owned()];
        while let Some(next) = open.pop() {
            for dep in self.direct(&next, false) {
                if !found.contains_key(dep) {
                    found.insert(dep, next.clone());
                    open.push(dep.to_owned());
                }
            }
        }
        found
    }
}
