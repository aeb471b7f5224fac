//! FFmpeg as the encoder in the studio.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::AsyncReadExt as _,
    process::{Child, Command},
    time::timeout,
};

/// A source of pictures and sound made by FFmpeg, in real time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    pub(crate) audio: bool,
    pub(crate) b_frames: u32,
    pub(crate) rate: u32,
    /// Pictures between keyframes.
    pub(crate) gop: u32,
    /// Width and height.
    pub(crate) size: (u32, u32),
}

impl Default for Source {
    fn default() -> Self {
        Self { audio: true, b_frames: 0, rate: 30, gop: 30, size: (320, 180) }
    }
}

/// Publishes `source` to `url` until the child is killed or dropped.
pub(crate) fn publish(source: Source, url: &str) -> Child {
    let gop = source.gop.to_string();
    let b_frames = source.b_frames.to_string();
    let mut codecs = vec!["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
    codecs.extend(["-g", &gop, "-keyint_min", &gop, "-sc_threshold", "0", "-bf", &b_frames]);
    if source.audio {
        codecs.extend(["-c:a", "aac", "-b:a", "64k"]);
    }
    publish_with(source, &codecs, url)
}

/// Publishes with other codecs.
pub(crate) fn publish_with(source: Source, codecs: &[&str], url: &str) -> Child {
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi", "-i"]);
    let (width, height) = source.size;
    command.arg(format!("testsrc2=size={width}x{height}:rate={}", source.rate));
    if source.audio {
        command.args(["-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]);
    }
    command.args(codecs).args(["-t", "120", "-f", "flv", url]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.kill_on_drop(true).spawn().expect("ffmpeg must be installed")
}

/// What an encoder that gives up says.
pub(crate) async fn complaint(mut encoder: Child) -> String {
    let mut said = String::new();
    let mut stderr = encoder.stderr.take().unwrap();
    let ended = timeout(Duration::from_secs(15), async {
        stderr.read_to_string(&mut said).await.unwrap();
        encoder.wait().await.unwrap()
    });
    let status = ended.await.expect("the encoder should have given up");
    assert!(!status.success(), "the encoder was let in: {said}");
    said
}

/// Lets an encoder say good-bye, as "Stop streaming" does.
pub(crate) async fn stop(mut encoder: Child) {
    let id = encoder.id().expect("the encoder runs").to_string();
    let told = Command::new("kill").args(["-INT", &id]).status().await.unwrap();
    assert!(told.success());
    timeout(Duration::from_secs(10), encoder.wait()).await.expect("it should stop").unwrap();
}
