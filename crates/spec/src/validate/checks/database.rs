//! PostgreSQL.

use super::{advised, seen};
use crate::Spec;
use crate::validate::{Facts, Verdict};

pub(in crate::validate) fn reachable(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.database, |database| (true, format!("PostgreSQL {}", database.version)))]
}

pub(in crate::validate) fn version(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    let minimum = spec.database.min_version;
    vec![seen("", &facts.database, |database| {
        (database.version >= minimum, format!("{} (needs {minimum})", database.version))
    })]
}

pub(in crate::validate) fn name(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.database, |database| {
        (database.name == spec.database.name, database.name.clone())
    })]
}

pub(in crate::validate) fn tables(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    spec.database
        .schemas
        .iter()
        .flat_map(|(schema, content)| {
            content.tables.iter().map(move |table| format!("{schema}.{table}"))
        })
        .map(|table| {
            seen(&table, &facts.database, |database| {
                let exists = database.tables.contains(&table);
                (exists, if exists { "exists" } else { "is missing" }.to_owned())
            })
        })
        .collect()
}

pub(in crate::validate) fn migrations(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.database, |database| {
        let drift: Vec<String> = database
            .migration_drift
            .iter()
            .filter(|(_, missing)| !missing.is_empty())
            .map(|(service, missing)| format!("{service}: {}", missing.join(", ")))
            .collect();
        let known = database.migration_drift.len();
        if drift.is_empty() && known > 0 {
            (true, format!("{known} services up to date"))
        } else if drift.is_empty() {
            (false, "no service reported its migrations".to_owned())
        } else {
            (false, drift.join("; "))
        }
    })]
}

pub(in crate::validate) fn connections(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![advised("", &facts.database, |database| {
        let (used, allowed) = database.connections;
        (used.saturating_mul(5) <= allowed.saturating_mul(4), format!("{used} of {allowed} in use"))
    })]
}

pub(in crate::validate) fn checksums(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![advised("", &facts.database, |database| {
        (database.checksums, if database.checksums { "on" } else { "off" }.to_owned())
    })]
}
