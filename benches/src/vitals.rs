//! What one process holds: memory, open files and threads, from `/proc`.

use std::fs;

use anyhow::Context as _;

/// A look at a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vitals {
    /// Resident set size in KiB.
    pub resident: u64,
    /// What of it is the process's own and backed by no file, in KiB: where a leak would show.
    pub anonymous: u64,
    /// Proportional set size in KiB: shared pages are divided among those who share them.
    pub proportional: u64,
    /// Open file descriptors.
    pub files: u64,
    /// Threads.
    pub threads: u64,
}

impl Vitals {
    /// Looks at the process `pid`.
    pub fn of(pid: u32) -> anyhow::Result<Self> {
        let gone = || format!("process {pid} is gone or another user's");
        let read = |name: &str| fs::read_to_string(format!("/proc/{pid}/{name}"));
        let status = read("status").with_context(gone)?;
        let rollup = read("smaps_rollup").with_context(gone)?;
        Ok(Self {
            resident: field(&status, "VmRSS:")?,
            anonymous: field(&status, "RssAnon:")?,
            proportional: field(&rollup, "Pss:")?,
            files: fs::read_dir(format!("/proc/{pid}/fd")).with_context(gone)?.count() as u64,
            threads: field(&status, "Threads:")?,
        })
    }
}

fn field(text: &str, name: &str) -> anyhow::Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).with_context(|| format!("no {name} in /proc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_file_is_counted() {
        let before = Vitals::of(std::process::id()).unwrap();
        let files: Vec<_> = (0..50).map(|_| fs::File::open("/proc/self/stat").unwrap()).collect();
        let after = Vitals::of(std::process::id()).unwrap();
        drop(files);
        assert!(after.files >= before.files + 40, "{before:?} {after:?}");
        assert!(after.resident >= after.anonymous && after.anonymous > 100);
        assert!(after.threads >= 1);
    }

    #[test]
    fn no_process_is_an_error() {
        assert!(Vitals::of(u32::MAX).unwrap_err().to_string().contains("is gone"));
    }
}
