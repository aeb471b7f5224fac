//! What FFmpeg is to do.

use std::{ffi::OsString, time::Duration};

use crate::limits::Limits;

/// Descriptor of the first output in the child; before it are the standard three.
const FIRST_OUTPUT: usize = 3;

/// Arguments and conditions of one run.
#[derive(Debug, Clone)]
pub struct Job {
    pub(crate) arguments: Vec<OsString>,
    pub(crate) outputs: usize,
    pub(crate) has_input: bool,
    pub(crate) limits: Limits,
    pub(crate) stall: Duration,
}

impl Job {
    /// Nothing yet. It is killed when it makes no headway for `stall`.
    pub fn new(stall: Duration) -> Self {
        Self {
            arguments: Vec::new(),
            outputs: 0,
            has_input: false,
            limits: Limits::default(),
            stall,
        }
    }

    /// Appends arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Reads media of this format from a pipe that is written to by us.
    #[must_use]
    pub fn input(mut self, format: &str) -> Self {
        self.has_input = true;
        self.args(["-f", format, "-i", "pipe:0"])
    }

    /// Writes what was described by the arguments since the last output, in this format, to a pipe
    /// that is read by us.
    #[must_use]
    pub fn output(mut self, format: &str) -> Self {
        let descriptor = FIRST_OUTPUT + self.outputs;
        self.outputs += 1;
        self.args(["-f".to_owned(), format.to_owned(), format!("pipe:{descriptor}")])
    }

    /// Sets what it may use.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Descriptor of output number `index` in the child.
    pub(crate) fn descriptor(index: usize) -> i32 {
        i32::try_from(FIRST_OUTPUT + index).unwrap_or(i32::MAX)
    }
}
