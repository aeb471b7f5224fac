//! The running stack: children in stages, started in order and drained in reverse.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::engines::process::Program;
use crate::engines::supervised::{SpawnError, State, Supervised};
use crate::home::Home;

const LOOK_EVERY: Duration = Duration::from_millis(40);

/// The children of one `nexus up`. A stage is a set of children that do not need each other.
#[derive(Debug)]
pub(crate) struct Stack {
    home: Home,
    settled: Arc<AtomicBool>,
    stages: Vec<Vec<Supervised>>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error(transparent)]
    Spawn(#[from] SpawnError),
    #[error("{0}")]
    GaveUp(String),
    #[error("{title} was not ready within {} s; its log is {log}", limit.as_secs())]
    NotReady { title: &'static str, limit: Duration, log: String },
}

impl Stack {
    pub(crate) fn new(home: Home) -> Self {
        Self { home, settled: Arc::default(), stages: Vec::new() }
    }

    /// Opens the next stage; what is started from now on is stopped before what runs already.
    pub(crate) fn next_stage(&mut self) {
        self.stages.push(Vec::new());
    }

    /// Starts a child in the current stage.
    pub(crate) fn start(&mut self, program: Program) -> Result<(), StartError> {
        let child = Supervised::start(&self.home, program, Arc::clone(&self.settled))?;
        if self.stages.is_empty() {
            self.next_stage();
        }
        if let Some(stage) = self.stages.last_mut() {
            stage.push(child);
        }
        Ok(())
    }

    /// Waits until `ready` says so. Ends early when the child `name` is given up.
    pub(crate) async fn ready<E, Fut>(
        &self,
        name: &'static str,
        limit: Duration,
        ready: impl Fn() -> Fut,
    ) -> Result<(), E>
    where
        E: From<StartError>,
        Fut: Future<Output = Result<bool, E>>,
    {
        let deadline = Instant::now() + limit;
        while !ready().await? {
            if let Some(State::GaveUp { reason }) = self.state(name) {
                return Err(StartError::GaveUp(reason).into());
            }
            if Instant::now() >= deadline {
                let log = crate::home::logs::path(&self.home, name).display().to_string();
                return Err(StartError::NotReady { title: name, limit, log }.into());
            }
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// The start is over: from now on a child that dies is started again for ever.
    pub(crate) fn settle(&self) {
        self.settled.store(true, Ordering::Relaxed);
    }

    /// Stops every child, the last stage first, the children of a stage together.
    pub(crate) async fn drain(self) {
        for stage in self.stages.into_iter().rev() {
            let mut stopping: JoinSet<()> = stage.into_iter().map(Supervised::stop).collect();
            while let Some(stopped) = stopping.join_next().await {
                if let Err(error) = stopped {
                    tracing::error!(%error, "stopping a child failed");
                }
            }
        }
    }

    fn state(&self, name: &str) -> Option<State> {
        self.stages.iter().flatten().find(|child| child.name() == name).map(Supervised::state)
    }
}
