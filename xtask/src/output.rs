//! The only place that prints.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people in a terminal"
)]

use std::io::Write as _;
use std::time::{Duration, Instant};

/// Headings with the time since the start, so that a long task shows where its time goes.
#[derive(Debug)]
pub(crate) struct Progress {
    start: Instant,
}

impl Progress {
    pub(crate) fn start() -> Self {
        Self { start: Instant::now() }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// A new stage begins.
    pub(crate) fn stage(&self, text: &str) {
        println!("[{:>6.1} s] {text}", self.elapsed().as_secs_f64());
        // What a child process prints next goes straight to the terminal.
        let _ = std::io::stdout().flush();
    }
}

/// A line of its own.
pub(crate) fn line(text: &str) {
    println!("{text}");
    let _ = std::io::stdout().flush();
}

/// An error and its causes.
pub(crate) fn failure(error: &anyhow::Error) {
    eprintln!("\nerror: {error:#}");
}
