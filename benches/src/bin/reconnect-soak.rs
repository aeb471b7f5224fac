//! An encoder that comes and goes for a long time while a viewer watches: what the server holds on
//! to, and what the viewer notices.

use std::{
    io::Write as _, net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration,
};

use benches::{
    clip::Clip,
    encoder::{Encoder, Ending},
    follower,
    sightings::Sightings,
    trend::Series,
    vitals::Vitals,
};
use clap::Parser;
use media::rtmp::Secret;
use reqwest::Url;
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval, sleep},
};

/// Reconnects an encoder again and again and samples the server's memory, files and threads.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the server listens for RTMP.
    #[arg(long, default_value = "127.0.0.1:1935")]
    rtmp: SocketAddr,
    /// The stream key to publish with.
    #[arg(long)]
    key: String,
    /// FLV file that begins with a keyframe; it is repeated.
    #[arg(long)]
    clip: PathBuf,
    /// The stream's folder, where its `video.m3u8` is, with the slash at the end.
    #[arg(long)]
    stream: Url,
    /// Process of the server.
    #[arg(long)]
    pid: u32,
    /// How long it all takes.
    #[arg(long, default_value_t = 20.0)]
    minutes: f64,
    /// How long the encoder publishes each time.
    #[arg(long, default_value_t = 4.0)]
    publish_seconds: f64,
    /// How long it is away. Its connection is reset every second time, else closed without a
    /// good-bye.
    #[arg(long, default_value_t = 1_000)]
    pause_milliseconds: u64,
    /// Time between two samples.
    #[arg(long, default_value_t = 5)]
    sample_seconds: u64,
    /// The run fails when resident memory grows faster than this in the second half, KiB a minute.
    #[arg(long, default_value_t = 64.0)]
    max_slope: f64,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let encoder = Encoder {
        server: arguments.rtmp,
        key: Secret::new(arguments.key.as_str()),
        clip: Arc::new(Clip::open(&arguments.clip)?),
    };
    let client = follower::client(&[&arguments.stream])?;
    let seen = watch::Sender::new(Sightings::default());
    let end = Instant::now() + Duration::try_from_secs_f64(arguments.minutes * 60.0)?;
    let viewer = {
        let (stream, seen) = (arguments.stream.clone(), seen.clone());
        async move {
            // The stream must be on air before anyone can watch.
            sleep(Duration::from_secs(2)).await;
            follower::follow(client, stream, seen).await;
        }
    };
    let (published, sampled) = tokio::select! {
        both = async { tokio::join!(publish(&encoder, &arguments, end), sample(&arguments, end)) } => both,
        () = viewer => anyhow::bail!("the viewer stopped"),
    };
    let noted = seen.borrow().clone();
    report(&arguments, &published?, &sampled?, &noted)
}

#[derive(Debug, Default)]
struct Published {
    connections: u64,
    refusals: Vec<String>,
}

async fn publish(
    encoder: &Encoder,
    arguments: &Arguments,
    end: Instant,
) -> anyhow::Result<Published> {
    let length = Duration::try_from_secs_f64(arguments.publish_seconds)?;
    let mut published = Published::default();
    while Instant::now() + length < end {
        let ending =
            if published.connections.is_multiple_of(2) { Ending::Reset } else { Ending::Closed };
        published.connections += 1;
        if let Err(error) = encoder.publish(Instant::now() + length, ending).await {
            published.refusals.push(format!("{error:#}"));
        }
        sleep(Duration::from_millis(arguments.pause_milliseconds)).await;
    }
    Ok(published)
}

/// What was sampled, each over minutes since the start.
#[derive(Debug, Default)]
struct Samples {
    resident: Series,
    anonymous: Series,
    proportional: Series,
    files: Series,
    threads: Series,
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
async fn sample(arguments: &Arguments, end: Instant) -> anyhow::Result<Samples> {
    let mut ticks = interval(Duration::from_secs(arguments.sample_seconds));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let start = Instant::now();
    let mut samples = Samples::default();
    say("minutes,rss_kib,anonymous_kib,pss_kib,files,threads")?;
    while Instant::now() < end {
        ticks.tick().await;
        let minutes = start.elapsed().as_secs_f64() / 60.0;
        let Vitals { resident, anonymous, proportional, files, threads } =
            Vitals::of(arguments.pid)?;
        say(&format!("{minutes:.2},{resident},{anonymous},{proportional},{files},{threads}"))?;
        samples.resident.push(minutes, resident as f64);
        samples.anonymous.push(minutes, anonymous as f64);
        samples.proportional.push(minutes, proportional as f64);
        samples.files.push(minutes, files as f64);
        samples.threads.push(minutes, threads as f64);
    }
    Ok(samples)
}

fn report(
    arguments: &Arguments,
    published: &Published,
    samples: &Samples,
    seen: &Sightings,
) -> anyhow::Result<ExitCode> {
    say(&format!(
        "\n{} connections of {} s with {} ms between, in {} min",
        published.connections,
        arguments.publish_seconds,
        arguments.pause_milliseconds,
        arguments.minutes
    ))?;
    say(&format!("  refused or cut off by the server: {}", published.refusals.len()))?;
    for refusal in published.refusals.iter().take(5) {
        say(&format!("    {refusal}"))?;
    }
    say(&format!(
        "viewer: {} parts, {} discontinuities, longest gap {:.2} s, failed requests: {}, breaks: {}",
        seen.parts,
        seen.discontinuities,
        seen.longest_gap.as_secs_f64(),
        seen.failures_in_words(),
        seen.breaks.len(),
    ))?;
    for found in seen.breaks.iter().take(5) {
        say(&format!("    {found}"))?;
    }
    let rows = [
        ("resident KiB", &samples.resident),
        ("anonymous KiB", &samples.anonymous),
        ("proportional KiB", &samples.proportional),
        ("open files", &samples.files),
        ("threads", &samples.threads),
    ];
    for (name, series) in rows {
        let [least, middle, most] = series.spread().unwrap_or_default();
        let slope = series.second_half().slope().unwrap_or_default();
        say(&format!(
            "{name:<17} min {least:.0}, median {middle:.0}, max {most:.0}; second half {slope:+.2} a minute"
        ))?;
    }
    let slope = samples.resident.second_half().slope().unwrap_or(f64::INFINITY);
    let sound = slope <= arguments.max_slope && seen.breaks.is_empty();
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}
