//! Requests as fast as some connections can send them, and what they cost the server.

use std::{collections::BTreeMap, time::Duration};

use tokio::{task::JoinSet, time::Instant};

use crate::{
    http1::{Http1, Origin},
    latency::Latencies,
    process::{Usage, Watched},
};

/// Time before anything is counted.
const WARM_UP: Duration = Duration::from_secs(2);

/// How hard and how long.
#[derive(Debug, Clone)]
pub struct Pressure {
    /// Connections, each with one request at a time.
    pub connections: usize,
    /// Measured time.
    pub time: Duration,
    /// Processes of the server.
    pub processes: Vec<Watched>,
}

/// What became of it.
#[derive(Debug)]
pub struct Outcome {
    /// How often each status was answered.
    pub statuses: BTreeMap<u16, u64>,
    /// Times of the answers that were 200.
    pub latencies: Latencies,
    /// Measured time.
    pub time: Duration,
    /// CPU time of each process.
    pub cpu: Vec<(String, Duration)>,
}

/// What one connection sends: made anew from the last answer.
pub trait Script: Send + 'static {
    /// The next request.
    fn request(&mut self) -> Vec<u8>;
    /// Takes the answer to it.
    fn take(&mut self, status: u16, body: &[u8]);
}

/// The same request again and again.
#[derive(Debug, Clone)]
pub struct Again(pub Vec<u8>);

impl Script for Again {
    fn request(&mut self) -> Vec<u8> {
        self.0.clone()
    }

    fn take(&mut self, _: u16, _: &[u8]) {}
}

impl Pressure {
    /// Runs one script per connection, made by `script`.
    pub async fn run<S: Script>(
        &self,
        origin: &Origin,
        mut script: impl FnMut(usize) -> S,
    ) -> anyhow::Result<Outcome> {
        let begin = Instant::now() + WARM_UP;
        let end = begin + self.time;
        let mut running = JoinSet::new();
        for number in 0..self.connections {
            let connection = origin.connect().await?;
            running.spawn(drive(connection, script(number), begin, end));
        }
        tokio::time::sleep_until(begin).await;
        let before = self.usage()?;
        tokio::time::sleep_until(end).await;
        let after = self.usage()?;
        let (mut statuses, mut times) = (BTreeMap::new(), Vec::new());
        while let Some(done) = running.join_next().await {
            for (status, took) in done?? {
                *statuses.entry(status).or_insert(0) += 1;
                if status == 200 {
                    times.push(took);
                }
            }
        }
        let names = self.processes.iter().map(|process| process.name.clone());
        let spent =
            before.iter().zip(&after).map(|(before, after)| after.cpu.saturating_sub(before.cpu));
        let cpu = names.zip(spent).collect();
        Ok(Outcome { statuses, latencies: Latencies::new(times), time: self.time, cpu })
    }

    fn usage(&self) -> anyhow::Result<Vec<Usage>> {
        self.processes.iter().map(Watched::usage).collect()
    }
}

async fn drive<S: Script>(
    mut connection: Http1,
    mut script: S,
    begin: Instant,
    end: Instant,
) -> anyhow::Result<Vec<(u16, Duration)>> {
    let mut answers = Vec::new();
    loop {
        let started = Instant::now();
        if started >= end {
            return Ok(answers);
        }
        let answer = connection.send(&script.request()).await?;
        script.take(answer.status, &answer.body);
        if started >= begin {
            answers.push((answer.status, started.elapsed()));
        }
    }
}

impl Outcome {
    /// Answers that were 200.
    pub fn good(&self) -> u64 {
        self.statuses.get(&200).copied().unwrap_or(0)
    }

    /// Answers that were 200 for each second of CPU time of the first process.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn per_core(&self) -> f64 {
        let cpu = self.cpu.first().map_or(f64::NAN, |(_, cpu)| cpu.as_secs_f64());
        self.good() as f64 / cpu
    }
}

impl std::fmt::Display for Outcome {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rate = self.good() as f64 / self.time.as_secs_f64();
        write!(f, "{rate:.0}/s, {:.0} per core-second; {}; ", self.per_core(), self.latencies)?;
        for (name, cpu) in &self.cpu {
            write!(f, "{name} {:.2} core, ", cpu.as_secs_f64() / self.time.as_secs_f64())?;
        }
        write!(f, "statuses {:?}", self.statuses)
    }
}
