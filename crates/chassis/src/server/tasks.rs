use std::fmt;
use std::pin::Pin;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

type BoxedTask = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A background task that has not been started.
pub(super) struct Task {
    name: &'static str,
    run: Box<dyn FnOnce(CancellationToken) -> BoxedTask + Send>,
}

impl Task {
    pub(super) fn new<F, Fut>(name: &'static str, run: F) -> Self
    where
        F: FnOnce(CancellationToken) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        Self { name, run: Box::new(move |shutdown| Box::pin(run(shutdown))) }
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Background tasks that run. Dropping it stops them.
pub(super) struct Running {
    tasks: JoinSet<()>,
    names: Vec<(tokio::task::Id, &'static str)>,
}

impl Running {
    pub(super) fn start(tasks: Vec<Task>, shutdown: &CancellationToken) -> Self {
        let mut running = Self { tasks: JoinSet::new(), names: Vec::new() };
        for task in tasks {
            let handle = running.tasks.spawn((task.run)(shutdown.clone()));
            running.names.push((handle.id(), task.name));
        }
        running
    }

    /// Waits for a task that ends though `shutdown` is not cancelled, and names it.
    pub(super) async fn ended_early(&mut self, shutdown: &CancellationToken) -> &'static str {
        loop {
            let Some(ended) = self.tasks.join_next_with_id().await else {
                return std::future::pending().await;
            };
            let (id, panicked) = match ended {
                Ok((id, ())) => (id, false),
                Err(error) => (error.id(), error.is_panic()),
            };
            let name = self.name_of(id);
            if !shutdown.is_cancelled() {
                tracing::error!(task = name, panicked, "a background task ended unexpectedly");
                return name;
            }
        }
    }

    pub(super) async fn join(&mut self) {
        while let Some(ended) = self.tasks.join_next_with_id().await {
            if let Err(error) = ended
                && error.is_panic()
            {
                tracing::error!(task = self.name_of(error.id()), "a background task panicked");
            }
        }
    }

    fn name_of(&self, id: tokio::task::Id) -> &'static str {
        self.names.iter().find(|(known, _)| *known == id).map_or("unknown", |(_, name)| name)
    }
}
