//! FFmpeg as a supervised child process: the only place that starts one.
//!
//! An [`Installation`] is what was found on the machine. It starts a [`Job`], an array of arguments
//! that no shell reads, with a pipe to write media to and as many pipes to read media from as the job
//! has outputs. The [`Process`] ends by itself, is killed when it makes no headway or is dropped, and
//! says with its last words why it ended. [`keep_running`] starts a job again and again, with pauses.
//!
//! Works with FFmpeg 5.1 and later.

#![warn(missing_docs)]

mod backoff;
mod failure;
mod headway;
mod installation;
mod job;
mod keeper;
mod last_words;
mod limits;
mod output;
mod process;
mod version;

pub use backoff::Backoff;
pub use failure::{Failure, Unusable};
pub use installation::{Encoder, Installation};
pub use job::Job;
pub use keeper::keep_running;
pub use limits::Limits;
pub use output::Output;
pub use process::{Process, Running};
pub use version::Version;
