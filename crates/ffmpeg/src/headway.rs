//! Whether a child gets anywhere.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    time::{Instant, sleep_until},
};

/// Counts what shows that a child works: bytes it wrote, frames it says it made. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Headway(Arc<AtomicU64>);

impl Headway {
    /// It did something.
    pub(crate) fn step(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns when nothing was done for `stall`.
    pub(crate) async fn stopped(&self, stall: Duration) {
        loop {
            let before = self.0.load(Ordering::Relaxed);
            sleep_until(Instant::now() + stall).await;
            if self.0.load(Ordering::Relaxed) == before {
                return;
            }
        }
    }

    /// Follows what `-progress` writes: blocks of `key=value`, among them how far it is.
    pub(crate) async fn follow(&self, progress: impl AsyncRead + Unpin) {
        let mut lines = BufReader::new(progress).lines();
        let mut reached = ["frame=", "out_time_us=", "total_size="].map(|key| (key, String::new()));
        while let Ok(Some(line)) = lines.next_line().await {
            for (key, value) in &mut reached {
                if line.starts_with(*key) && *value != line {
                    value.clone_from(&line);
                    self.step();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_child_that_repeats_itself_makes_no_headway() {
        let headway = Headway::default();
        let block = "frame=12\nfps=0.0\nout_time_us=400000\nspeed=1x\nprogress=continue\n";
        headway.follow(block.repeat(5).as_bytes()).await;
        assert_eq!(headway.0.load(Ordering::Relaxed), 2);
        headway.follow("frame=13\n".as_bytes()).await;
        assert_eq!(headway.0.load(Ordering::Relaxed), 3);
        let since = Instant::now();
        headway.stopped(Duration::from_secs(4)).await;
        assert_eq!(since.elapsed(), Duration::from_secs(4));
    }
}
