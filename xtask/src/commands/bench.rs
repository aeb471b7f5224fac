//! `cargo xtask bench`: load generators and soaks against a release build, each with its own source.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use crate::machine::node::Node;
use crate::machine::packages::{self, COMPILER, FFMPEG, NGINX, Need, POSTGRES, REDIS};
use crate::output::{self, Progress};
use crate::platform::Platform;
use crate::process::{Beside, Program, cargo};
use crate::{repository, web};

/// Measure: build for release, start a platform of its own, put load on it, print what it took.
///
/// What each prints, and what it printed before, is in benches/README.md.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Which; all when none is named.
    #[arg(value_enum)]
    names: Vec<Name>,
    /// Viewers of a load.
    #[arg(long, default_value_t = 150)]
    viewers: u32,
    /// Minutes of a soak.
    #[arg(long, default_value_t = 20)]
    minutes: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// LL-HLS viewers straight at `StreamCore`, beside nginx serving the same bytes as files.
    Direct,
    /// The same through the gateway.
    Gateway,
    /// An encoder that reconnects again and again; memory, files, threads.
    Soak,
    /// What a viewer notices when a process is killed.
    Recovery,
}

impl Bench {
    pub(crate) fn run(self) -> Result<()> {
        const NEEDS: [Need; 5] = [COMPILER, POSTGRES, REDIS, NGINX, FFMPEG];
        let progress = Progress::start();
        packages::install(&NEEDS, true, &progress)?;
        web::build(&Node::provide(true, &progress)?, &progress)?;
        progress.stage("building for release");
        cargo()
            .args(["build", "--release", "--package", "nexus", "--package", "benches"])
            .run()
            .context("the benches cannot be built")?;
        let platform = Platform::start("bench", "release")?;
        let result = self.measure(&platform, &progress);
        let stopped = platform.nexus(&["down"]).run();
        result.and(stopped)
    }

    fn measure(&self, platform: &Platform, progress: &Progress) -> Result<()> {
        let all = [Name::Direct, Name::Gateway, Name::Soak, Name::Recovery];
        let names = if self.names.is_empty() { &all[..] } else { &self.names };
        for name in names {
            progress.stage(match name {
                Name::Direct => "viewers straight at StreamCore",
                Name::Gateway => "viewers through the gateway",
                Name::Soak => "an encoder that reconnects",
                Name::Recovery => "processes are killed",
            });
            let stage = Stage { platform, slug: format!("bench-{name:?}").to_lowercase() };
            match name {
                Name::Direct => stage.load(self.viewers, platform.ports.viewers, false)?,
                Name::Gateway => stage.load(self.viewers, platform.ports.https, true)?,
                Name::Soak => stage.soak(self.minutes)?,
                Name::Recovery => stage.recovery()?,
            }
        }
        Ok(())
    }
}

/// One measurement with a stream of its own.
struct Stage<'a> {
    platform: &'a Platform,
    slug: String,
}

/// Longer than a live window, so that the memory of a stream is not taken for that of its viewers.
const SETTLE: Duration = Duration::from_secs(45);

impl Stage<'_> {
    /// Viewers of a 4 Mb/s stream at `port`; `gateway` when nginx is on the way.
    fn load(&self, viewers: u32, port: u16, gateway: bool) -> Result<()> {
        let _encoder = self.publish()?;
        output::line(&format!("  the stream settles for {} s", SETTLE.as_secs()));
        settle();
        let mut load = bench("ll-hls-load")
            .args(["--slug", &self.slug, "--viewers", &viewers.to_string()])
            .args(["--connect", &format!("127.0.0.1:{port}")])
            .args(["--origin", &format!("http://127.0.0.1:{}", self.platform.ports.streamcore)])
            .args(["--process", &format!("nexus={}", self.pid("serve")?)])
            .args(["--authority".into(), self.platform.authority().into_os_string()]);
        if gateway {
            load = load.args(["--process", &format!("nginx={}", self.pid("nginx")?)]);
        }
        load.run()
    }

    fn soak(&self, minutes: u32) -> Result<()> {
        let ports = self.platform.ports;
        bench("reconnect-soak")
            .args(["--rtmp", &format!("127.0.0.1:{}", ports.rtmp), "--key", &self.key()?])
            .args(["--clip".into(), clip("soak.flv", "640x360", "2M")?.into_os_string()])
            .args([
                "--stream",
                &format!("http://127.0.0.1:{}/live/{}/", ports.streamcore, self.slug),
            ])
            .args(["--pid", &self.pid("serve")?, "--minutes", &minutes.to_string()])
            .run()
    }

    fn recovery(&self) -> Result<()> {
        let ports = self.platform.ports;
        bench("recovery")
            .args(["--slug", &self.slug, "--key", &self.key()?])
            .args(["--rtmp", &format!("127.0.0.1:{}", ports.rtmp)])
            .args(["--site", &format!("http://tv.nexuscos.localhost:{}/", ports.http)])
            .args(["--ready", &format!("http://127.0.0.1:{}/readyz", ports.gateway_api)])
            .args(["--ready", &format!("http://127.0.0.1:{}/readyz", ports.streamcore)])
            .args(["--home".into(), self.platform.home.clone().into_os_string()])
            .args(["--clip".into(), clip("soak.flv", "640x360", "2M")?.into_os_string()])
            .run()
    }

    /// Registers the stream and returns its key.
    fn key(&self) -> Result<String> {
        let shown =
            self.platform.nexus(&["admin", "--json", "stream-key", "create", "--slug", &self.slug]);
        let shown: serde_json::Value = serde_json::from_str(&shown.output()?)?;
        shown["key"].as_str().map(str::to_owned).context("no stream key was shown")
    }

    /// Publishes a 4 Mb/s clip with a keyframe every two seconds, without end.
    fn publish(&self) -> Result<Beside> {
        let address = format!("rtmp://127.0.0.1:{}/live/{}", self.platform.ports.rtmp, self.key()?);
        Program::new("ffmpeg")
            .args(["-v", "error", "-re", "-stream_loop", "-1", "-i"])
            .args([clip("load.flv", "1280x720", "3870k")?])
            .args(["-c", "copy", "-f", "flv", &address])
            .beside()
    }

    fn pid(&self, process: &str) -> Result<String> {
        let file = self.platform.home.join("run").join(format!("{process}.pid"));
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        text.split_whitespace().next().map(str::to_owned).context("the pid file is empty")
    }
}

fn bench(name: &str) -> Program {
    Program::new(repository::target().join("release").join(name)).in_folder(repository::root())
}

#[expect(clippy::disallowed_methods, reason = "there is no runtime here to be blocked")]
fn settle() {
    std::thread::sleep(SETTLE);
}

/// A test picture at a constant rate with a keyframe every two seconds, made once.
fn clip(name: &str, size: &str, rate: &str) -> Result<PathBuf> {
    let file = repository::target().join("bench").join(name);
    if !Path::new(&file).exists() {
        Program::new("ffmpeg")
            .args(["-v", "error", "-f", "lavfi", "-i"])
            .args([format!("testsrc2=size={size}:rate=30,noise=alls=20:allf=t")])
            .args(["-f", "lavfi", "-i", "sine=sample_rate=48000", "-t", "12"])
            .args(["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast"])
            .args(["-b:v", rate, "-minrate", rate, "-maxrate", rate, "-bufsize", "1M", "-x264opts"])
            .args(["nal-hrd=cbr:keyint=60:min-keyint=60:scenecut=0:bframes=0"])
            .args(["-c:a", "aac", "-ac", "2", "-b:a", "128k"])
            .args([file.clone()])
            .run()?;
    }
    Ok(file)
}
