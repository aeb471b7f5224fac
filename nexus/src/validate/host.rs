use std::fs;

use spec::validate::{HostFacts, Observed};

use super::Subject;
use crate::engines::record;

impl Subject {
    pub(super) fn host_facts(&self) -> Observed<HostFacts> {
        let disk = match rustix::fs::statvfs(self.home.root()) {
            Ok(disk) => disk,
            Err(error) => return Observed::Failed(format!("cannot ask about the disk: {error}")),
        };
        Observed::Seen(HostFacts {
            disk_free_bytes: disk.f_bavail * disk.f_frsize,
            inodes_free: disk.f_favail,
            memory_available_bytes: memory_available().unwrap_or(0),
            open_files: self.open_files().unwrap_or(0),
        })
    }

    /// The limit of the process that serves; where its record cannot be read, as in a check that
    /// it runs itself, the limit of this one, which has it from there.
    fn open_files(&self) -> Option<u64> {
        let alive = record::alive(&self.home.run());
        let serving = alive.into_iter().find(|(name, _)| name == "serve");
        let process =
            serving.map_or_else(|| "self".to_owned(), |(_, record)| record.pid.to_string());
        let limits = fs::read_to_string(format!("/proc/{process}/limits")).ok()?;
        let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
        match line.split_whitespace().next()? {
            "unlimited" => Some(u64::MAX),
            number => number.parse().ok(),
        }
    }
}

/// `MemAvailable` of /proc/meminfo, in bytes.
fn memory_available() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib << 10)
}
