//! FFmpeg as the encoder in the studio.

use std::process::Stdio;

use tokio::process::{Child, Command};

/// A source of pictures and sound made by FFmpeg, in real time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    pub(crate) audio: bool,
    pub(crate) b_frames: u32,
    pub(crate) rate: u32,
    pub(crate) seconds: u32,
}

impl Default for Source {
    fn default() -> Self {
        Self { audio: true, b_frames: 0, rate: 30, seconds: 60 }
    }
}

/// Publishes `source` to `url` until it ends or is dropped.
pub(crate) fn publish(source: Source, url: &str) -> Child {
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi", "-i"]);
    command.arg(format!("testsrc2=size=320x180:rate={}", source.rate));
    if source.audio {
        command.args(["-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]);
        command.args(["-c:a", "aac", "-b:a", "64k"]);
    }
    let gop = source.rate.to_string();
    command.args(["-c:v", "libx264", "-preset", "ultrafast", "-g", &gop, "-keyint_min", &gop]);
    command.args(["-bf", &source.b_frames.to_string(), "-pix_fmt", "yuv420p"]);
    command.args(["-t", &source.seconds.to_string(), "-f", "flv", url]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.kill_on_drop(true).spawn().expect("ffmpeg must be installed")
}
