//! Many Low-Latency HLS viewers over TLS and HTTP/2: what each costs the server, how late parts
//! arrive, and what nginx needs for the same bytes from files.

use std::{io::Write as _, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use benches::{
    connection::{Connection, Target},
    floor::Floor,
    latency::Latencies,
    part::Rendition,
    process::{Usage, Watched},
    scout::{Log, observe},
    viewer::{Receipt, replay, watch},
};
use clap::Parser;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

/// Time for all viewers to connect and settle before anything is counted.
const WARM_UP: Duration = Duration::from_secs(5);
const RENDITIONS: [Rendition; 2] = [Rendition::Video, Rendition::Audio];

/// Loads a live stream with viewers and compares with nginx serving the same bytes from files.
#[derive(Debug, Parser)]
struct Arguments {
    /// Name of the server in its certificate.
    #[arg(long, default_value = "tv.nexuscos.localhost")]
    host: String,
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:8443")]
    connect: SocketAddr,
    /// The authority that signed its certificate, PEM.
    #[arg(long, default_value = ".nexus/tls/local-authority.pem")]
    authority: PathBuf,
    /// `StreamCore` without nginx, from where publication times are taken.
    #[arg(long, default_value = "http://127.0.0.1:3016")]
    origin: String,
    /// The stream, which must be live for the whole run, with video and audio.
    #[arg(long)]
    slug: String,
    /// How many viewers.
    #[arg(long, default_value_t = 100)]
    viewers: usize,
    /// How many seconds are measured, after a warm-up.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// A process of the server to be counted with its children, as name=pid; may be repeated.
    #[arg(long, value_parser = Watched::parse)]
    process: Vec<Watched>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let live = run_live(&arguments).await?;
    say(&format!("live, {} viewers over TLS h2, {} s", arguments.viewers, arguments.seconds))?;
    live.cost.print(arguments.viewers)?;
    say(&format!("  playlist after publication: {}", live.listed))?;
    say(&format!("  part after publication:     {}", live.received))?;
    let floor = run_floor(&arguments, &live.logs).await?;
    say("floor, nginx static, the same bytes at the same pace")?;
    floor.print(arguments.viewers)?;
    let ratio = live.cost.cpu().as_secs_f64() / floor.cpu().as_secs_f64();
    say(&format!("ratio of CPU per viewer, live to floor: {ratio:.2}"))
}

/// What the measured seconds cost.
struct Cost {
    processes: Vec<(String, Usage, Usage)>,
    /// Memory before the viewers came, in the order of `processes`.
    idle: Vec<u64>,
    requests: u64,
    bytes: u64,
    time: Duration,
}

impl Cost {
    fn cpu(&self) -> Duration {
        self.processes.iter().map(|(_, from, to)| to.cpu.saturating_sub(from.cpu)).sum()
    }

    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    fn print(&self, viewers: usize) -> anyhow::Result<()> {
        let (seconds, count) = (self.time.as_secs_f64(), viewers as f64);
        for ((name, from, to), idle) in self.processes.iter().zip(&self.idle) {
            let cores = to.cpu.saturating_sub(from.cpu).as_secs_f64() / seconds;
            say(&format!(
                "  {name}: {:.1} % of a core, {:.4} % per viewer; {:.1} MiB, {:.1} KiB per viewer",
                cores * 100.0,
                cores * 100.0 / count,
                to.memory as f64 / 1_048_576.0,
                (to.memory as f64 - *idle as f64) / 1_024.0 / count,
            ))?;
        }
        let micros = self.cpu().as_secs_f64() * 1e6 / self.requests.max(1) as f64;
        say(&format!(
            "  together: {:.4} % of a core per viewer, {micros:.0} µs per request; {:.0} requests/s, {:.2} Mb/s per viewer",
            self.cpu().as_secs_f64() * 100.0 / seconds / count,
            self.requests as f64 / seconds,
            self.bytes as f64 * 8.0 / 1e6 / seconds / count,
        ))
    }
}

struct Live {
    cost: Cost,
    logs: Vec<(Rendition, Log)>,
    listed: Latencies,
    received: Latencies,
}

async fn run_live(arguments: &Arguments) -> anyhow::Result<Live> {
    let authority = std::fs::read(&arguments.authority)
        .with_context(|| format!("cannot read {}", arguments.authority.display()))?;
    let target = Target::new(&arguments.host, arguments.connect, &authority)?;
    let idle = usages(&arguments.process)?;
    let start = Instant::now() + WARM_UP;
    let end = start + Duration::from_secs(arguments.seconds);
    let mut scouts = Vec::new();
    let base = format!("/live/{}", arguments.slug);
    for rendition in RENDITIONS {
        let scout = observe(format!("{}{base}", arguments.origin), rendition, end);
        scouts.push((rendition, tokio::spawn(scout)));
    }
    let mut viewers = JoinSet::new();
    for number in 0..arguments.viewers {
        let connection =
            Connection::open(&target).await.with_context(|| format!("viewer {number}"))?;
        for rendition in RENDITIONS {
            viewers.spawn(watch(connection.clone(), base.clone(), rendition, end));
        }
    }
    let cost = measure(&arguments.process, &target, start, end, &idle).await?;
    let mut receipts = Vec::new();
    while let Some(viewer) = viewers.join_next().await {
        receipts.extend(viewer??);
    }
    let mut logs = Vec::new();
    for (rendition, scout) in scouts {
        logs.push((rendition, scout.await??));
    }
    let since = |time: fn(&Receipt) -> Instant| {
        let times = receipts.iter().filter(|receipt| receipt.listed >= start);
        let times = times.filter_map(|receipt| {
            let (_, log) = logs.iter().find(|(rendition, _)| *rendition == receipt.rendition)?;
            let published = log.published.get(&receipt.position)?;
            Some(time(receipt).saturating_duration_since(*published))
        });
        Latencies::new(times.collect())
    };
    let (listed, received) = (since(|receipt| receipt.listed), since(|receipt| receipt.received));
    Ok(Live { cost, logs, listed, received })
}

async fn run_floor(arguments: &Arguments, logs: &[(Rendition, Log)]) -> anyhow::Result<Cost> {
    let recorded: Vec<_> =
        logs.iter().map(|(rendition, log)| (*rendition, &log.steps[..])).collect();
    let floor = Floor::start(&arguments.host, &recorded).await?;
    let target = Target::new(&arguments.host, floor.address, floor.certificate.as_bytes())?;
    let processes = [floor.process()];
    sleep(Duration::from_millis(500)).await;
    let idle = usages(&processes)?;
    let first = logs.iter().filter_map(|(_, log)| log.steps.first()).map(|step| step.at).min();
    let origin = first.context("nothing was recorded")?;
    let start = Instant::now() + WARM_UP;
    let mut viewers = JoinSet::new();
    let steps: Vec<_> =
        logs.iter().map(|(rendition, log)| (*rendition, Arc::new(log.steps.clone()))).collect();
    for _ in 0..arguments.viewers {
        let connection = Connection::open(&target).await?;
        for (rendition, steps) in &steps {
            let viewer = replay(connection.clone(), *rendition, steps.clone(), origin, start);
            viewers.spawn(viewer);
        }
    }
    let begin = start + WARM_UP;
    let end = begin + Duration::from_secs(arguments.seconds);
    let cost = measure(&processes, &target, begin, end, &idle).await?;
    while let Some(viewer) = viewers.join_next().await {
        viewer??;
    }
    Ok(cost)
}

/// Takes the figures between two moments.
async fn measure(
    processes: &[Watched],
    target: &Target,
    start: Instant,
    end: Instant,
    idle: &[Usage],
) -> anyhow::Result<Cost> {
    sleep_until(start).await;
    let (from, began) = (usages(processes)?, Instant::now());
    let (requests, bytes) = (target.traffic().requests(), target.traffic().bytes());
    sleep_until(end).await;
    let (to, time) = (usages(processes)?, began.elapsed());
    let names = processes.iter().map(|process| process.name.clone());
    Ok(Cost {
        processes: names.zip(from).zip(to).map(|((name, from), to)| (name, from, to)).collect(),
        idle: idle.iter().map(|usage| usage.memory).collect(),
        requests: target.traffic().requests() - requests,
        bytes: target.traffic().bytes() - bytes,
        time,
    })
}

fn usages(processes: &[Watched]) -> anyhow::Result<Vec<Usage>> {
    processes.iter().map(Watched::usage).collect()
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}
