//! The machine and this process, as `/proc` and the file system tell.

use std::fs;
use std::path::PathBuf;

use api::gateway::{HostStatus, ProcessStatus};

use crate::domain::host_readings::{self, CpuTimes};

/// Reads and remembers what the next reading is compared with.
#[derive(Debug)]
pub(super) struct HostProbe {
    data: PathBuf,
    before: Option<CpuTimes>,
}

impl HostProbe {
    pub(super) fn new(data: PathBuf) -> Self {
        Self { data, before: None }
    }

    /// Reads everything; what cannot be read is zero. These files are made of memory, so reading
    /// them waits for nothing.
    pub(super) fn look(&mut self) -> (HostStatus, ProcessStatus) {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let times = CpuTimes::parse(&read("/proc/stat"));
        let cpu_percent =
            times.zip(self.before).and_then(|(now, before)| now.percent_since(before));
        self.before = times.or(self.before);
        let (memory_bytes, memory_available_bytes) =
            host_readings::memory(&read("/proc/meminfo")).unwrap_or_default();
        let (disk_bytes, disk_free_bytes) = self.disk().unwrap_or_default();
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let host = HostStatus {
            cores: u32::try_from(cores).unwrap_or(u32::MAX),
            cpu_percent,
            load: host_readings::load(&read("/proc/loadavg")).unwrap_or_default(),
            memory_bytes,
            memory_available_bytes,
            disk_bytes,
            disk_free_bytes,
            uptime_seconds: host_readings::uptime(&read("/proc/uptime")).unwrap_or_default(),
        };
        let (memory_bytes, threads) =
            host_readings::process(&read("/proc/self/status")).unwrap_or_default();
        (host, ProcessStatus { memory_bytes, threads })
    }

    /// Size of the file system that holds the data, and what is free for us.
    fn disk(&self) -> Option<(u64, u64)> {
        let disk = rustix::fs::statvfs(&self.data).ok()?;
        Some((disk.f_blocks * disk.f_frsize, disk.f_bavail * disk.f_frsize))
    }
}
