//! Kills the parts of a running platform one after the other and measures what a viewer notices and
//! how long each takes to come back.

use std::{
    io::Write as _, net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration,
};

use anyhow::{Context as _, bail};
use benches::{
    aftermath::Aftermath,
    clip::Clip,
    encoder::{Encoder, Ending},
    follower,
    outage::{self, Outage},
    sightings::Sightings,
    victim::Victim,
};
use clap::Parser;
use media::rtmp::Secret;
use reqwest::{Client, Url};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep},
};

/// How long the encoder waits before it connects again.
const ENCODER_PAUSE: Duration = Duration::from_secs(1);
/// How long each kill is watched at least, and how long everything may take to come back.
const WINDOW: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(90);
/// How long everything must have been well before the next kill.
const CALM: Duration = Duration::from_secs(3);
/// `None` kills nothing: what the machine itself does to the viewer.
const ROUND: [Option<Victim>; 4] =
    [None, Some(Victim::Redis), Some(Victim::Postgres), Some(Victim::Services)];

/// Kills Redis, PostgreSQL and the services in turn while a viewer watches.
#[derive(Debug, Parser)]
struct Arguments {
    /// Home of the running platform, where the process ids are recorded.
    #[arg(long, default_value = ".nexus")]
    home: PathBuf,
    /// Where the server listens for RTMP.
    #[arg(long, default_value = "127.0.0.1:1935")]
    rtmp: SocketAddr,
    /// The stream, and the key to publish it with.
    #[arg(long)]
    slug: String,
    /// See `--slug`.
    #[arg(long)]
    key: String,
    /// FLV file that begins with a keyframe; it is repeated.
    #[arg(long)]
    clip: PathBuf,
    /// The site as viewers reach it, through nginx.
    #[arg(long, default_value = "http://tv.nexuscos.localhost:8080/")]
    site: Url,
    /// Readiness of a service; may be repeated.
    #[arg(long, default_values = ["http://127.0.0.1:4000/readyz", "http://127.0.0.1:3016/readyz"])]
    ready: Vec<Url>,
    /// How often each is killed.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Pause before each round. The supervisor waits longer with each death within a minute of the
    /// one before; with this pause each kill is a first one.
    #[arg(long, default_value_t = 25)]
    rest_seconds: u64,
    /// The longest gap a viewer may see when Redis or PostgreSQL is killed.
    #[arg(long, default_value_t = 1_000)]
    max_gap_milliseconds: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let scene = Scene::start(&arguments)?;
    say(&format!("{:<11} {}", "killed", Aftermath::HEAD))?;
    let mut rows = Vec::new();
    for _ in 0..arguments.rounds {
        sleep(Duration::from_secs(arguments.rest_seconds)).await;
        for victim in ROUND {
            let row = scene.kill(victim).await?;
            say(&format!("{:<11} {row}", title(victim)))?;
            rows.push((victim, row));
        }
    }
    say("\nmedians")?;
    for victim in ROUND {
        let of_it = rows.iter().filter(|(killed, _)| *killed == victim).map(|(_, row)| row);
        let row = Aftermath::median(&of_it.collect::<Vec<_>>());
        say(&format!("{:<11} {row}", title(victim)))?;
    }
    let limit = Duration::from_millis(arguments.max_gap_milliseconds);
    let faults: Vec<String> =
        rows.iter().flat_map(|(victim, row)| row.faults(*victim, limit)).collect();
    for fault in &faults {
        say(&format!("fault: {fault}"))?;
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The encoder, the viewer and whoever else looks on, until it is dropped.
struct Scene {
    home: PathBuf,
    seen: watch::Sender<Sightings>,
    connections: watch::Receiver<u64>,
    on_air: watch::Sender<Outage>,
    ready: watch::Sender<Outage>,
    _tasks: JoinSet<()>,
}

impl Scene {
    fn start(arguments: &Arguments) -> anyhow::Result<Self> {
        let client = follower::client(&[&arguments.site])?;
        let mut tasks = JoinSet::new();
        let encoder = Encoder {
            server: arguments.rtmp,
            key: Secret::new(arguments.key.as_str()),
            clip: Arc::new(Clip::open(&arguments.clip)?),
        };
        let (count, connections) = watch::channel(0);
        tasks.spawn(async move {
            loop {
                count.send_modify(|count| *count += 1);
                let forever = Instant::now() + Duration::from_hours(24);
                drop(encoder.publish(forever, Ending::Closed).await);
                sleep(ENCODER_PAUSE).await;
            }
        });
        let seen = watch::Sender::new(Sightings::default());
        let stream = arguments.site.join(&format!("live/{}/", arguments.slug))?;
        tasks.spawn(follower::follow(client.clone(), stream, seen.clone()));
        let on_air = watch::Sender::new(Outage::new(Instant::now()));
        let ready = watch::Sender::new(Outage::new(Instant::now()));
        let (list, slug) = (arguments.site.join("api/v1/streams")?, arguments.slug.clone());
        let asking = client.clone();
        let listed = move || is_listed(asking.clone(), list.clone(), slug.clone());
        tasks.spawn(outage::watch(on_air.clone(), listed));
        let urls = arguments.ready.clone();
        let all_ready = move || are_ready(client.clone(), urls.clone());
        tasks.spawn(outage::watch(ready.clone(), all_ready));
        Ok(Self { home: arguments.home.clone(), seen, connections, on_air, ready, _tasks: tasks })
    }

    /// Waits until all is well, kills, waits until all is well again.
    async fn kill(&self, victim: Option<Victim>) -> anyhow::Result<Aftermath> {
        self.calm(Instant::now()).await.context("before the kill")?;
        let before = *self.connections.borrow();
        let killed = Instant::now();
        self.seen.send_modify(Sightings::reset);
        for outage in [&self.on_air, &self.ready] {
            outage.send_modify(|outage| outage.reset(killed));
        }
        let old = victim.map(|victim| victim.kill(&self.home)).transpose()?;
        sleep(WINDOW).await;
        while victim.and_then(|victim| victim.pid(&self.home).ok()) == old && old.is_some() {
            if killed.elapsed() > LIMIT {
                bail!("{} was not started again", title(victim));
            }
            sleep(Duration::from_millis(100)).await;
        }
        self.calm(killed).await.with_context(|| format!("after {} was killed", title(victim)))?;
        let seen = self.seen.borrow().clone();
        Ok(Aftermath {
            gap: seen.gap_at(Instant::now()),
            on_air: self.on_air.borrow().length(),
            ready: self.ready.borrow().length(),
            reconnects: *self.connections.borrow() - before,
            seen,
        })
    }

    async fn calm(&self, from: Instant) -> anyhow::Result<()> {
        loop {
            let now = Instant::now();
            let parts_come =
                self.seen.borrow().newest.is_some_and(|newest| now - newest < ENCODER_PAUSE);
            let well = [&self.on_air, &self.ready]
                .iter()
                .all(|outage| outage.borrow().is_over_for(CALM, now));
            if well && parts_come {
                return Ok(());
            }
            if now - from > LIMIT {
                let failures = self.seen.borrow().failures_in_words();
                bail!("not well within {} s; failed requests: {failures}", LIMIT.as_secs());
            }
            sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn is_listed(client: Client, list: Url, slug: String) -> bool {
    let Ok(response) = client.get(list).timeout(ENCODER_PAUSE).send().await else { return false };
    let Ok(body) = response.json::<serde_json::Value>().await else { return false };
    body["streams"].as_array().is_some_and(|streams| {
        streams.iter().any(|stream| stream["slug"] == slug && stream["state"] == "live")
    })
}

async fn are_ready(client: Client, urls: Vec<Url>) -> bool {
    for url in urls {
        let answer = client.get(url).timeout(ENCODER_PAUSE).send().await;
        if !answer.is_ok_and(|response| response.status().is_success()) {
            return false;
        }
    }
    true
}

fn title(victim: Option<Victim>) -> &'static str {
    victim.map_or("(nothing)", Victim::title)
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}
