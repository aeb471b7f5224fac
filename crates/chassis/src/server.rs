//! A service and how it is served: limits, request ids, logs, metrics, drain.

mod connections;
mod shell;
mod tasks;

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use axum::Router;
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::health::{self, Builtin, Readiness};
use crate::metrics::Metrics;
use tasks::{Running, Task};

/// A built service: what it answers and what it does in the background.
pub struct Service {
    name: &'static str,
    router: Router,
    readiness: Readiness,
    metrics: Metrics,
    limits: Limits,
    tasks: Vec<Task>,
}

/// What a service puts up with.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest request body in bytes.
    pub body_bytes: usize,
    /// Longest that a handler may take until the head of its answer.
    pub request_timeout: Duration,
    /// Matched paths (such as `/live/{slug}/{*path}`) that hold requests on purpose and are
    /// exempt from `request_timeout`; they bound their own waits.
    pub held_routes: Vec<&'static str>,
    /// Longest that a connection may take to send a request's head, which is also how long it
    /// may stay idle: longer than the idle time of nginx's upstream connections (60 s), so that
    /// nginx never writes to a connection that is being closed here.
    pub head_timeout: Duration,
    /// Most connections at once; more wait in the listen queue.
    pub connections: usize,
    /// Proxies whose `x-forwarded-for` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            request_timeout: Duration::from_secs(15),
            held_routes: Vec::new(),
            head_timeout: Duration::from_secs(75),
            connections: 8192,
            trusted_proxies: vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        }
    }
}

/// Why serving ended before it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listening socket is unusable.
    #[error("{service} cannot use its listening socket")]
    Listener {
        /// Name of the service.
        service: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A background task ended though nobody asked it to.
    #[error("background task `{task}` of {service} ended unexpectedly")]
    TaskEnded {
        /// Name of the service.
        service: &'static str,
        /// Name of the task.
        task: &'static str,
    },
}

impl Service {
    /// A service that answers `router` beside the built-in routes.
    pub fn new(name: &'static str, router: Router) -> Self {
        Self {
            name,
            router,
            readiness: Readiness::default(),
            metrics: Metrics::new(),
            limits: Limits::default(),
            tasks: Vec::new(),
        }
    }

    /// Sets what `/readyz` checks.
    pub fn readiness(mut self, readiness: Readiness) -> Self {
        self.readiness = readiness;
        self
    }

    /// Adds to what `/readyz` checks.
    pub fn also_ready<F, Fut>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.readiness = self.readiness.check(name, check);
        self
    }

    /// Uses a registry that already holds metrics of the service's own.
    pub fn metrics(mut self, metrics: Metrics) -> Self {
        self.metrics = metrics;
        self
    }

    /// Sets the limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Adds a background task. It is started with the service, ends when the token it is given
    /// is cancelled, and is waited for; when it ends before, the service ends with an error.
    pub fn task<F, Fut>(mut self, name: &'static str, run: F) -> Self
    where
        F: FnOnce(CancellationToken) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.tasks.push(Task::new(name, run));
        self
    }

    /// Name of the service.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("name", &self.name)
            .field("limits", &self.limits)
            .field("tasks", &self.tasks)
            .finish_non_exhaustive()
    }
}

/// Serves until `shutdown` is cancelled, then drains: the listener closes, `/readyz` says 503,
/// requests that have begun are finished and tasks are joined, for `drain_deadline` at most.
pub async fn serve(
    service: Service,
    listener: TcpListener,
    shutdown: CancellationToken,
    drain_deadline: Duration,
) -> Result<(), ServeError> {
    let name = service.name;
    let draining = shutdown.child_token();
    let builtin = Builtin {
        service: name,
        readiness: service.readiness,
        metrics: service.metrics.clone(),
        draining: draining.clone(),
        started_at: OffsetDateTime::now_utc(),
    };
    let router = shell::wrap(
        name,
        service.router.merge(health::routes(builtin)),
        &service.limits,
        service.metrics,
    );
    let address =
        listener.local_addr().map_err(|source| ServeError::Listener { service: name, source })?;
    tracing::info!(service = name, %address, "serving");

    let mut tasks = Running::start(service.tasks, &draining);
    let connections = connections::Connections::new(router, &service.limits);
    let ended = tokio::select! {
        () = connections.accept(listener, &draining) => None,
        task = tasks.ended_early(&draining) => Some(task),
    };
    draining.cancel();

    let drained = tokio::time::timeout(drain_deadline, async {
        tokio::join!(connections.drain(), tasks.join());
    })
    .await;
    if drained.is_err() {
        tracing::warn!(service = name, "the drain deadline passed; closing what is still open");
        connections.abort();
    }
    tracing::info!(service = name, "stopped");
    ended.map_or(Ok(()), |task| Err(ServeError::TaskEnded { service: name, task }))
}
