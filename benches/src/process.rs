//! CPU time and memory of running processes, from `/proc`.

use std::{collections::BTreeSet, fs, time::Duration};

use anyhow::Context as _;

/// Kernel ticks per second in `/proc/<pid>/stat`; 100 on every Linux that runs here (`USER_HZ`).
const TICKS_PER_SECOND: u64 = 100;

/// A process that is watched together with its descendants, such as nginx with its workers.
#[derive(Debug, Clone)]
pub struct Watched {
    /// What to call it in the output.
    pub name: String,
    /// The process at the root.
    pub pid: u32,
}

/// What a process and its descendants have used so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// User and system time.
    pub cpu: Duration,
    /// Proportional set size in bytes: shared pages are divided among those who share them.
    pub memory: u64,
}

impl Watched {
    /// Reads `name=pid`.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let (name, pid) = text.split_once('=').context("a process is given as name=pid")?;
        let pid = pid.parse().with_context(|| format!("{pid} is no process id"))?;
        Ok(Self { name: name.to_owned(), pid })
    }

    /// Sums up the process and everything that it started and that still runs.
    pub fn usage(&self) -> anyhow::Result<Usage> {
        let gone = || format!("process {} ({}) is gone", self.pid, self.name);
        read_stat(self.pid).with_context(gone)?;
        let mut total = Usage::default();
        for pid in family(self.pid)? {
            // A child may end between the listing and here.
            let Ok(stat) = read_stat(pid) else { continue };
            total.cpu += stat.cpu;
            total.memory += proportional_memory(pid).unwrap_or(0);
        }
        Ok(total)
    }
}

struct Stat {
    parent: u32,
    cpu: Duration,
}

fn read_stat(pid: u32) -> anyhow::Result<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The command name may hold spaces and brackets; the fields that count stand behind it.
    let (_, fields) = text.rsplit_once(')').context("stat has no command name")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let field = |index: usize| -> anyhow::Result<u64> {
        Ok(fields.get(index).context("stat is too short")?.parse()?)
    };
    let ticks = field(11)? + field(12)?;
    Ok(Stat {
        parent: u32::try_from(field(1)?)?,
        cpu: Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND),
    })
}

fn proportional_memory(pid: u32) -> anyhow::Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? * 1_024)
}

/// The process and all its descendants.
fn family(root: u32) -> anyhow::Result<BTreeSet<u32>> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        if let Ok(stat) = read_stat(pid) {
            parents.push((pid, stat.parent));
        }
    }
    let mut family = BTreeSet::from([root]);
    // Children may have lower numbers than their parents once process ids wrap around.
    loop {
        let before = family.len();
        family.extend(
            parents
                .iter()
                .filter(|(_, p)| family.contains(p))
                .map(|(pid, _)| *pid)
                .collect::<Vec<_>>(),
        );
        if family.len() == before {
            return Ok(family);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_this_process_and_its_children() {
        let watched = Watched::parse(&format!("test={}", std::process::id())).unwrap();
        let mut child = std::process::Command::new("sleep").arg("10").spawn().unwrap();
        assert!(family(watched.pid).unwrap().contains(&child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
        let usage = watched.usage().unwrap();
        assert!(usage.memory > 100_000 && usage.cpu < Duration::from_hours(1));
        let gone = Watched { name: "sleep".to_owned(), pid: child.id() };
        assert!(gone.usage().unwrap_err().to_string().contains("is gone"));
    }

    #[test]
    fn refuses_a_process_without_a_number() {
        assert!(Watched::parse("nexus").is_err());
        assert!(Watched::parse("nexus=x").is_err());
    }
}
