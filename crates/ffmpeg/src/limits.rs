//! What a child may use of the machine.

use rustix::process::{Pid, Resource, Rlimit, prlimit, setpriority_process};

/// See the [module](self).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Niceness, 0 to 19: the higher, the more it yields to others.
    pub nice: i32,
    /// Bytes of memory it may write to; it is refused more and ends.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { nice: 5, memory: 2 << 30 }
    }
}

impl Limits {
    /// Holds a child that has just been started to these. One that is gone already needs none.
    pub(crate) fn hold(self, child: Option<u32>) {
        let pid = child.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let Some(pid) = pid else { return };
        let memory = Rlimit { current: Some(self.memory), maximum: Some(self.memory) };
        if let Err(error) = prlimit(Some(pid), Resource::Data, memory) {
            tracing::debug!(%error, "ffmpeg's memory is not limited");
        }
        if let Err(error) = setpriority_process(Some(pid), self.nice.clamp(0, 19)) {
            tracing::debug!(%error, "ffmpeg's priority is not lowered");
        }
    }
}
