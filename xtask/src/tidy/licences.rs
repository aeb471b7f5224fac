//! Licences, sources and doubled versions of dependencies, by the same `deny.toml` that cargo-deny
//! reads.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::licence::satisfied;
use super::metadata::Metadata;
use crate::repository;

/// The parts of `deny.toml` that are judged here.
#[derive(Debug, Deserialize)]
struct Policy {
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Debug, Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Named>,
    skip: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

pub(super) fn check(metadata: &Metadata) -> Result<Vec<String>> {
    let text = fs::read_to_string(repository::root().join("deny.toml"))?;
    let policy: Policy = toml::from_str(&text).context("deny.toml cannot be read")?;
    let mut complaints = Vec::new();
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    // Only what is really built for the platform, not what some feature might bring.
    let used = |id: &str| metadata.resolve.nodes.iter().any(|node| node.id == id);
    for package in metadata.packages.iter().filter(|package| used(&package.id)) {
        let Some(source) = &package.source else { continue };
        let (name, version) = (&package.name, &package.version);
        versions.entry(name).or_default().push(version);
        let licence = package.license.as_deref().unwrap_or_default();
        let allowed = |name: &str| policy.licenses.allow.iter().any(|known| known == name);
        if !satisfied(licence, &allowed) {
            complaints.push(format!(
                "deny.toml: `{name}` {version} is under `{licence}`, which is not allowed; replace \
                 it, or allow the licence with thought"
            ));
        }
        let registry = source.strip_prefix("registry+").unwrap_or(source);
        if !policy.sources.allow_registry.iter().any(|known| known == registry) {
            complaints.push(format!("deny.toml: `{name}` {version} comes from {source}"));
        }
        if let Some(ban) = policy.bans.deny.iter().find(|ban| ban.name == *name) {
            complaints.push(format!("deny.toml: `{name}` is banned: {}", ban.reason));
        }
    }
    complaints.extend(doubled(&versions, &policy.bans.skip));
    Ok(complaints)
}

fn doubled(versions: &BTreeMap<&str, Vec<&str>>, skip: &[Named]) -> Vec<String> {
    let excused = |name: &str| skip.iter().any(|skip| skip.name == name);
    let many = versions.iter().filter(|(name, found)| found.len() > 1 && !excused(name));
    let mut complaints: Vec<String> = many
        .map(|(name, found)| {
            format!(
                "deny.toml: `{name}` is built in {} versions ({}); bring them together, or say why \
                 not under bans.skip",
                found.len(),
                found.join(", ")
            )
        })
        .collect();
    for skip in skip {
        if versions.get(skip.name.as_str()).is_none_or(|found| found.len() < 2) {
            complaints.push(format!(
                "deny.toml: `{}` is not doubled any more; remove it from bans.skip",
                skip.name
            ));
        }
    }
    complaints
}
