//! Log files.

use super::{advised, seen};
use crate::Spec;
use crate::validate::{Facts, Verdict};

const MIB: u64 = 1 << 20;

pub(in crate::validate) fn no_critical(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    facts
        .logs
        .iter()
        .map(|(name, log)| {
            seen(name, log, |log| {
                let evidence = log.critical.last().cloned().unwrap_or_else(|| "none".to_owned());
                (log.critical.is_empty(), evidence)
            })
        })
        .collect()
}

pub(in crate::validate) fn bounded(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    facts
        .logs
        .iter()
        .map(|(name, log)| {
            advised(name, log, |log| (log.bytes <= 256 * MIB, format!("{} MiB", log.bytes / MIB)))
        })
        .collect()
}
