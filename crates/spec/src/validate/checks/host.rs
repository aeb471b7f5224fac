//! The machine.

use super::advised;
use crate::Spec;
use crate::validate::{Facts, Verdict};

const GIB: u64 = 1 << 30;
const MIB: u64 = 1 << 20;

pub(in crate::validate) fn disk(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    // Below 256 MiB PostgreSQL may be unable to write its log and stop.
    vec![super::seen("", &facts.host, |host| {
        (host.disk_free_bytes >= 256 * MIB, format!("{} MiB free", host.disk_free_bytes / MIB))
    })]
}

pub(in crate::validate) fn disk_headroom(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![advised("", &facts.host, |host| {
        (
            host.disk_free_bytes >= 2 * GIB && host.inodes_free >= 50_000,
            format!("{} MiB and {} inodes free", host.disk_free_bytes / MIB, host.inodes_free),
        )
    })]
}

pub(in crate::validate) fn memory(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![advised("", &facts.host, |host| {
        (
            host.memory_available_bytes >= 256 * MIB,
            format!("{} MiB available", host.memory_available_bytes / MIB),
        )
    })]
}

pub(in crate::validate) fn open_files(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![advised("", &facts.host, |host| {
        (host.open_files >= 4096, format!("{} open files allowed", host.open_files))
    })]
}
