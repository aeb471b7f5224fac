//! The FFmpeg of this machine and what it can do.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use tokio::{process::Command, time::timeout};

use crate::{
    failure::{Failure, Unusable},
    job::Job,
    process::Running,
    version::Version,
};

/// How long it may take to answer a question about itself.
const ANSWER: Duration = Duration::from_secs(10);

/// An FFmpeg that works. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Installation {
    path: Arc<Path>,
    version: Version,
    encoders: Arc<[Encoder]>,
}

/// An encoder that may be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoder {
    /// H.264 by x264.
    X264,
    /// H.264 by NVIDIA's hardware; that the hardware is there is not said.
    H264Nvenc,
    /// H.264 by VA-API; that the hardware is there is not said.
    H264Vaapi,
    /// AAC by FFmpeg itself.
    Aac,
    /// Opus by libopus.
    Opus,
}

impl Encoder {
    const ALL: [Self; 5] = [Self::X264, Self::H264Nvenc, Self::H264Vaapi, Self::Aac, Self::Opus];

    /// What FFmpeg calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::X264 => "libx264",
            Self::H264Nvenc => "h264_nvenc",
            Self::H264Vaapi => "h264_vaapi",
            Self::Aac => "aac",
            Self::Opus => "libopus",
        }
    }
}

impl Installation {
    /// Asks the program at `path`, or the one of that name in `PATH`, what it is.
    pub async fn find(path: impl Into<PathBuf>) -> Result<Self, Unusable> {
        let path = path.into();
        let about = ask(&path, "-version").await?;
        let answer = about.lines().next().unwrap_or_default();
        let Some(version) = Version::parse(answer) else {
            return Err(Unusable::Stranger { path, answer: answer.chars().take(80).collect() });
        };
        if version < Version::OLDEST {
            return Err(Unusable::TooOld { found: version });
        }
        let listed = ask(&path, "-encoders").await?;
        let names: Vec<&str> =
            listed.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
        let there = |encoder: &Encoder| names.contains(&encoder.name());
        let encoders = Encoder::ALL.into_iter().filter(there).collect();
        Ok(Self { path: path.into(), version, encoders })
    }

    /// Its version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Whether it was built with this encoder.
    pub fn has(&self, encoder: Encoder) -> bool {
        self.encoders.contains(&encoder)
    }

    /// Starts a job.
    pub fn start(&self, job: &Job) -> Result<Running, Failure> {
        Running::start(&self.path, job)
    }
}

/// What FFmpeg answers to one option.
async fn ask(path: &Path, question: &'static str) -> Result<String, Unusable> {
    let mut command = Command::new(path);
    command.args(["-hide_banner", "-nostdin", "-loglevel", "error", question]);
    command.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let answered = timeout(ANSWER, command.output()).await;
    let answered =
        answered.map_err(|_| Unusable::Silent { path: path.into(), question, within: ANSWER })?;
    let output = answered.map_err(|source| Unusable::Missing { path: path.into(), source })?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
