//! Schemas are owned by one service, and tables have legal names.

use std::collections::BTreeSet;

use super::{Broken, known};
use crate::Spec;

/// Tables that `nexus_db` always has.
const CONTRACT: [&str; 4] = ["users", "sessions", "api_keys", "audit_log"];

pub(super) fn check(spec: &Spec, broken: &mut Vec<Broken>) {
    for (name, schema) in &spec.database.schemas {
        if !spec.services.contains_key(&schema.owner) {
            broken.push(Broken::at(
                &["database", "schemas", name, "owner"],
                format!("there is no service `{}`", schema.owner),
                known(&schema.owner, spec.services.keys()),
            ));
        }
        let mut seen = BTreeSet::new();
        for (index, table) in schema.tables.iter().enumerate() {
            let index = index.to_string();
            let path = ["database", "schemas", name, "tables", &index];
            if !is_identifier(table) {
                broken.push(Broken::at(
                    &path,
                    format!("`{table}` is not a table name"),
                    "use lowercase letters, digits and underscores, beginning with a letter",
                ));
            } else if !seen.insert(table) {
                broken.push(Broken::at(
                    &path,
                    format!("the table `{table}` is named twice"),
                    "keep one of them",
                ));
            }
        }
    }
    let public = spec.database.schemas.get("public");
    for table in CONTRACT {
        if !public.is_some_and(|schema| schema.tables.iter().any(|name| name == table)) {
            broken.push(Broken::at(
                &["database", "schemas", "public", "tables"],
                format!("the table `{table}` is missing"),
                "the schema `public` always has users, sessions, api_keys and audit_log",
            ));
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.len() <= 63
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
