//! The pool of Postgres connections.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};
use tokio::time::{Instant, timeout_at};

/// A pool of connections. Clones share it.
pub type Database = PgPool;

/// How to reach Postgres.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// `postgres://user:password@host:port/database`.
    pub url: String,
    /// Shown by Postgres beside each connection.
    pub application: &'static str,
    /// Most connections at once.
    pub connections: u32,
    /// Longest that a statement may run.
    pub statement_timeout: Duration,
    /// Longest to wait for a connection of the pool.
    pub acquire_timeout: Duration,
    /// Longest to wait at start-up for a server that is not there yet.
    pub connect_deadline: Duration,
}

impl DatabaseConfig {
    /// The usual limits.
    pub fn new(url: impl Into<String>, application: &'static str) -> Self {
        Self {
            url: url.into(),
            application,
            connections: 10,
            statement_timeout: Duration::from_secs(10),
            acquire_timeout: Duration::from_secs(3),
            connect_deadline: Duration::from_secs(20),
        }
    }
}

impl std::fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseConfig")
            .field("application", &self.application)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

/// Why there is no pool.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL is not one of Postgres.
    #[error(
        "the database url cannot be read; it looks like postgres://user:password@host:5432/nexus_db"
    )]
    Url(#[source] sqlx::Error),
    /// The server refuses for a reason that waiting does not cure.
    #[error(
        "PostgreSQL at {place} refuses the connection; check user, password and database name of the database url"
    )]
    Refused {
        /// Host and port.
        place: String,
        /// Its reason.
        source: sqlx::Error,
    },
    /// Nothing answered within the deadline.
    #[error(
        "PostgreSQL at {place} did not answer within {seconds} s; check that it runs and that the database url is right"
    )]
    Unreachable {
        /// Host and port.
        place: String,
        /// The deadline in seconds.
        seconds: u64,
        /// What the last attempt met.
        source: sqlx::Error,
    },
}

/// Connects, trying again until the deadline while the server is starting or away.
pub async fn connect(config: &DatabaseConfig) -> Result<Database, ConnectError> {
    let options = options(config)?;
    let place = format!("{}:{}", options.get_host(), options.get_port());
    let seconds = config.connect_deadline.as_secs();
    let give_up = Instant::now() + config.connect_deadline;
    let mut pause = Duration::from_millis(50);
    loop {
        // One connection first: the pool would retry by itself and hide the cause.
        let source = match timeout_at(give_up, options.connect()).await {
            Ok(Ok(connection)) => {
                close(connection).await;
                return Ok(pool(config, options));
            }
            Ok(Err(error)) => error,
            Err(_) => {
                let source = sqlx::Error::PoolTimedOut;
                return Err(ConnectError::Unreachable { place, seconds, source });
            }
        };
        if !is_unavailable(&source) {
            return Err(ConnectError::Refused { place, source });
        }
        if Instant::now() + pause >= give_up {
            return Err(ConnectError::Unreachable { place, seconds, source });
        }
        tracing::debug!(error = %source, "PostgreSQL does not answer yet");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

/// Asks the server for a sign of life.
pub async fn ping(database: &Database) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(database).await.map(drop)
}

/// Whether the error means that the server is away or starting, so that the same request can
/// succeed later.
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        // 57P01..57P03: shutting down, crashed, starting; 53300: too many connections.
        sqlx::Error::Database(error) => {
            matches!(error.code().as_deref(), Some("57P01" | "57P02" | "57P03" | "53300"))
        }
        _ => false,
    }
}

fn pool(config: &DatabaseConfig, options: PgConnectOptions) -> Database {
    PgPoolOptions::new()
        .max_connections(config.connections)
        .acquire_timeout(config.acquire_timeout)
        .idle_timeout(Duration::from_mins(10))
        .max_lifetime(Duration::from_mins(30))
        .connect_lazy_with(options)
}

async fn close(connection: PgConnection) {
    if let Err(error) = connection.close().await {
        tracing::debug!(%error, "the first connection ended in an error");
    }
}

fn options(config: &DatabaseConfig) -> Result<PgConnectOptions, ConnectError> {
    let timeout = format!("{}ms", config.statement_timeout.as_millis());
    PgConnectOptions::from_str(&config.url).map_err(ConnectError::Url).map(|options| {
        options.application_name(config.application).options([
            ("statement_timeout", timeout.as_str()),
            ("idle_in_transaction_session_timeout", "30s"),
            ("timezone", "UTC"),
        ])
    })
}
