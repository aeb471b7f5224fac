//! Why there is no FFmpeg, or none any more.

use std::{io, path::PathBuf, time::Duration};

use crate::version::Version;

/// Why the FFmpeg of this machine cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It cannot be started.
    #[error("{} cannot be started; install ffmpeg, or say where it is", path.display())]
    Missing {
        /// What was tried.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It did not answer in time.
    #[error("{} did not answer `{question}` within {} s", path.display(), within.as_secs())]
    Silent {
        /// What was tried.
        path: PathBuf,
        /// What it was asked.
        question: &'static str,
        /// The deadline.
        within: Duration,
    },
    /// It does not say what FFmpeg says.
    #[error("{} is not FFmpeg: it answered \"{answer}\"", path.display())]
    Stranger {
        /// What was tried.
        path: PathBuf,
        /// Its first line.
        answer: String,
    },
    /// It is too old.
    #[error("FFmpeg {found} is too old; install {} or later", Version::OLDEST)]
    TooOld {
        /// What was found.
        found: Version,
    },
}

/// Why a job ended.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It could not be started.
    #[error("{} could not be started", path.display())]
    Start {
        /// What was tried.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It ended by itself or was killed.
    #[error("ffmpeg {how}{}", said(last_words))]
    Ended {
        /// What became of it, as a sentence goes on.
        how: String,
        /// The last lines of its standard error.
        last_words: Vec<String>,
    },
    /// It made no headway and was killed.
    #[error("ffmpeg made no headway for {} s and was killed{}", within.as_secs_f32(), said(last_words))]
    Stalled {
        /// For how long it was waited.
        within: Duration,
        /// The last lines of its standard error.
        last_words: Vec<String>,
    },
    /// The pipes to it broke.
    #[error("the pipe to ffmpeg failed")]
    Pipe(#[from] io::Error),
    /// What it wrote cannot be read.
    #[error("ffmpeg wrote what cannot be read: {0}")]
    Unreadable(String),
}

fn said(last_words: &[String]) -> String {
    match last_words {
        [] => ", without a word".to_owned(),
        lines => format!("; it said: {}", lines.join(" | ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_words_are_part_of_the_message() {
        let last_words = vec!["pipe:: Invalid data".to_owned(), "Conversion failed!".to_owned()];
        let failure = Failure::Ended { how: "ended with status 1".to_owned(), last_words };
        let text = "ffmpeg ended with status 1; it said: pipe:: Invalid data | Conversion failed!";
        assert_eq!(failure.to_string(), text);
        let within = Duration::from_secs(4);
        let failure = Failure::Stalled { within, last_words: Vec::new() };
        let text = "ffmpeg made no headway for 4 s and was killed, without a word";
        assert_eq!(failure.to_string(), text);
    }
}
