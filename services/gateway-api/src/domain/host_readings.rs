//! Readings of `/proc` (proc(5)), as text, made into numbers.

/// Time that all cores spent since the machine was started, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CpuTimes {
    busy: u64,
    all: u64,
}

impl CpuTimes {
    /// The first line of `/proc/stat`. Waiting for a disk is idle time, and the time of guests is
    /// in `user` already.
    pub(crate) fn parse(stat: &str) -> Option<Self> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let times: Vec<u64> =
            line.split_ascii_whitespace().take(8).map_while(|field| field.parse().ok()).collect();
        let [_, _, _, idle, waiting, ..] = times[..] else { return None };
        let all = times.iter().sum();
        Some(Self { busy: all - idle - waiting, all })
    }

    /// The share of the time since `before` that was busy, in percent.
    pub(crate) fn percent_since(self, before: Self) -> Option<f64> {
        let all = self.all.checked_sub(before.all).filter(|all| *all > 0)?;
        Some(percent(self.busy.saturating_sub(before.busy), all))
    }
}

/// Memory of the machine and what of it is available, in bytes, from `/proc/meminfo`.
pub(crate) fn memory(meminfo: &str) -> Option<(u64, u64)> {
    let kibibytes = |name: &str| {
        let line = meminfo.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim_start_matches(':').split_ascii_whitespace().next()?.parse::<u64>().ok()
    };
    Some((kibibytes("MemTotal")? << 10, kibibytes("MemAvailable")? << 10))
}

/// The load averages of `/proc/loadavg`.
pub(crate) fn load(loadavg: &str) -> Option<[f64; 3]> {
    let mut fields = loadavg.split_ascii_whitespace().map_while(|field| field.parse().ok());
    Some([fields.next()?, fields.next()?, fields.next()?])
}

/// Whole seconds of `/proc/uptime`.
pub(crate) fn uptime(uptime: &str) -> Option<u64> {
    uptime.split(['.', ' ']).next()?.parse().ok()
}

/// Resident memory in bytes and threads, from `/proc/self/status`.
pub(crate) fn process(status: &str) -> Option<(u64, u32)> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_ascii_whitespace().next()?.parse::<u64>().ok()
    };
    Some((field("VmRSS:")? << 10, u32::try_from(field("Threads:")?).ok()?))
}

/// `part` of `whole` in percent, to a tenth.
#[expect(clippy::cast_precision_loss, reason = "a tenth of a percent is all that is kept")]
pub(crate) fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64 * 1_000.0).round() / 10.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_time_is_what_is_neither_idle_nor_waiting() {
        let before = CpuTimes::parse("cpu  100 0 50 800 50 0 0 0 10 0\ncpu0 …").unwrap();
        let after = CpuTimes::parse("cpu  160 0 60 820 60 0 0 0 70 0\n").unwrap();
        assert_eq!(after.percent_since(before), Some(70.0));
        assert_eq!(after.percent_since(after), None);
        assert_eq!(CpuTimes::parse("intr 1 2 3"), None);
    }

    #[test]
    fn the_files_of_proc_are_understood() {
        let meminfo = "MemTotal:       1000 kB\nMemFree:   1 kB\nMemAvailable:    250 kB\n";
        assert_eq!(memory(meminfo), Some((1_024_000, 256_000)));
        assert_eq!(load("0.50 1.25 2.00 1/234 5678"), Some([0.5, 1.25, 2.0]));
        assert_eq!(uptime("12345.67 99.0\n"), Some(12_345));
        let status = "Name:\tnexus\nVmRSS:\t   2048 kB\nThreads:\t17\n";
        assert_eq!(process(status), Some((2 << 20, 17)));
    }
}
