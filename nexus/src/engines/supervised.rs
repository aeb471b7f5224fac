//! A child that is kept running: started again with growing pauses when it dies, stopped within a
//! deadline when asked.

use std::collections::VecDeque;
use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::process::Program;
use super::record::{self, Identity};
use crate::home::{Home, logs};
use crate::output;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Deaths within [`DEATH_WINDOW`] after which a start is given up.
const DEATH_LIMIT: usize = 5;
const DEATH_WINDOW: Duration = Duration::from_mins(1);

/// What a child is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Running {
        pid: i32,
    },
    /// Died and is waiting to be started again.
    Pausing,
    /// Died too often while starting; nothing more is tried.
    GaveUp {
        reason: String,
    },
    Stopped,
}

/// Handle of a supervised child.
#[derive(Debug)]
pub(crate) struct Supervised {
    name: &'static str,
    state: watch::Receiver<State>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

#[derive(Debug, thiserror::Error)]
#[error("cannot start {title}")]
pub(crate) struct SpawnError {
    title: &'static str,
    source: io::Error,
}

impl Supervised {
    /// Starts `program` and keeps it running. While `settled` is false, a child that dies again
    /// and again is given up; afterwards it is tried for ever.
    pub(crate) fn start(
        home: &Home,
        program: Program,
        settled: Arc<AtomicBool>,
    ) -> Result<Self, SpawnError> {
        let name = program.name;
        let child = spawn(home, &program)?;
        let (sender, state) = watch::channel(State::Running { pid: pid(&child) });
        let stop = CancellationToken::new();
        let keeper = Keeper {
            home: home.clone(),
            program,
            settled,
            state: sender,
            stop: stop.clone(),
            deaths: VecDeque::new(),
        };
        Ok(Self { name, state, stop, task: tokio::spawn(keeper.run(child)) })
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// Asks the child to end and waits for it; its keeper kills it when it takes too long.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(child = self.name, %error, "the keeper of a child process failed");
        }
    }
}

struct Keeper {
    home: Home,
    program: Program,
    settled: Arc<AtomicBool>,
    state: watch::Sender<State>,
    stop: CancellationToken,
    deaths: VecDeque<Instant>,
}

impl Keeper {
    async fn run(mut self, mut child: Child) {
        loop {
            let started = Instant::now();
            let status = tokio::select! {
                status = child.wait() => status,
                () = self.stop.cancelled() => {
                    self.end(&mut child).await;
                    record::remove(&self.home.run(), self.program.name);
                    self.state.send_replace(State::Stopped);
                    return;
                }
            };
            self.clear_group();
            let died = describe(status);
            match self.next_child(started, &died).await {
                Some(next) => child = next,
                None => return,
            }
        }
    }

    /// Kills what a dead child started: the workers of a killed nginx would hold its ports.
    fn clear_group(&self) {
        if let State::Running { pid } = *self.state.borrow()
            && let Some(group) = Pid::from_raw(pid)
        {
            _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// After a death: pauses and starts the child again, until that works or is given up.
    async fn next_child(&mut self, started: Instant, died: &str) -> Option<Child> {
        let mut died = died.to_owned();
        let mut ran = started.elapsed();
        loop {
            let pause = self.note_death(ran);
            if self.deaths.len() >= DEATH_LIMIT && !self.settled.load(Ordering::Relaxed) {
                self.give_up(&died);
                return None;
            }
            let title = self.program.title;
            output::notice(format_args!("{title} {died}; starting it again in {pause:?}"));
            self.state.send_replace(State::Pausing);
            tokio::select! {
                () = sleep(pause) => {}
                () = self.stop.cancelled() => {
                    self.state.send_replace(State::Stopped);
                    return None;
                }
            }
            match spawn(&self.home, &self.program) {
                Ok(child) => {
                    let pid = pid(&child);
                    self.state.send_replace(State::Running { pid });
                    return Some(child);
                }
                Err(error) => {
                    died = format!("could not be started ({})", error.source);
                    ran = Duration::ZERO;
                }
            }
        }
    }

    /// Counts a death and answers how long to wait: doubled for each recent one.
    fn note_death(&mut self, ran: Duration) -> Duration {
        if ran > DEATH_WINDOW {
            self.deaths.clear();
        }
        self.deaths.push_back(Instant::now());
        if self.deaths.len() > 16 {
            self.deaths.pop_front();
        }
        let recent = u32::try_from(self.deaths.len()).unwrap_or(u32::MAX);
        FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(recent - 1)).min(LONGEST_PAUSE)
    }

    fn give_up(&self, died: &str) {
        let log = logs::path(&self.home, self.program.name);
        let lines = logs::tail(&log, 12).join("\n    ");
        let reason = format!(
            "{} {died}, for the {DEATH_LIMIT}th time. The end of {}:\n    {lines}",
            self.program.title,
            log.display()
        );
        record::remove(&self.home.run(), self.program.name);
        self.state.send_replace(State::GaveUp { reason });
    }

    async fn end(&self, child: &mut Child) {
        let Some(identity) = child.id().and_then(|pid| Identity::of(pid.cast_signed())) else {
            return;
        };
        // nginx drains on QUIT for as long as viewers hold requests: TERM after a while.
        let steps: &[(Signal, Duration)] = match self.program.stop {
            Signal::QUIT => &[
                (Signal::QUIT, Duration::from_millis(1500)),
                (Signal::TERM, Duration::from_secs(1)),
            ],
            Signal::INT => &[(Signal::INT, Duration::from_secs(4))],
            _ => &[(Signal::TERM, Duration::from_millis(4500))],
        };
        for (signal, patience) in steps {
            identity.signal(*signal);
            if tokio::time::timeout(*patience, child.wait()).await.is_ok() {
                return;
            }
        }
        output::notice(format_args!("{} did not end in time; killed", self.program.title));
        identity.kill();
        drop(tokio::time::timeout(Duration::from_secs(1), child.wait()).await);
    }
}

fn spawn(home: &Home, program: &Program) -> Result<Child, SpawnError> {
    let failed = |source| SpawnError { title: program.title, source };
    let log = logs::open(home, program.name).map_err(failed)?;
    let child = program.command(&log).and_then(|mut command| command.spawn()).map_err(failed)?;
    if let Some(identity) = Identity::of(pid(&child)) {
        record::write(&home.run(), program.name, identity).map_err(failed)?;
    }
    Ok(child)
}

fn pid(child: &Child) -> i32 {
    child.id().map_or(0, u32::cast_signed)
}

fn describe(status: io::Result<ExitStatus>) -> String {
    use std::os::unix::process::ExitStatusExt;
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => format!("ended with exit code {code}"),
            (None, Some(signal)) => format!("was killed by signal {signal}"),
            (None, None) => "ended".to_owned(),
        },
        Err(error) => format!("was lost sight of ({error})"),
    }
}
