//! Real engines for tests: a Postgres database per test, a Redis namespace per test.
//!
//! `TEST_DATABASE_URL` and `TEST_REDIS_URL` name servers to use. Without them the first test
//! starts throwaway servers from the system's packages, which all test processes share and which
//! stop by themselves shortly after the last of those has ended.

mod database;
mod engines;
mod lease;
mod private_redis;

use std::io;

pub use database::{TestDatabase, fresh_database_url, schema};
pub use private_redis::PrivateRedis;

use crate::Redis;
use crate::redis::RedisConfigError;

/// Why a test has no engine.
#[derive(Debug, thiserror::Error)]
pub enum TestEngineError {
    /// An engine is not installed.
    #[error("{program} is not installed; install the package `{package}`, or set {variable}")]
    Missing {
        /// The program that was looked for.
        program: &'static str,
        /// The Debian package that has it.
        package: &'static str,
        /// The variable that names a server to use instead.
        variable: &'static str,
    },
    /// A file or a program cannot be used.
    #[error("{what}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// A program that prepares or starts an engine failed.
    #[error("{program} failed: {output}")]
    Failed {
        /// The program.
        program: String,
        /// What it said.
        output: String,
    },
    /// The test database cannot be made.
    #[error("the test database cannot be made")]
    Database(#[from] sqlx::Error),
    /// The pool of the test database cannot be made.
    #[error("the test database cannot be connected to")]
    Connect(#[from] crate::database::ConnectError),
    /// A migration failed.
    #[error("the test database cannot be migrated")]
    Migration(#[from] crate::migrations::MigrationError),
    /// The schema cannot be dumped.
    #[error("the schema cannot be dumped")]
    Dump(#[from] crate::schema::DumpError),
    /// The Redis URL is wrong.
    #[error("the test redis cannot be used")]
    Redis(#[from] RedisConfigError),
}

/// A client on the shared test server with a namespace of its own.
pub async fn test_redis() -> Result<Redis, TestEngineError> {
    let url = engines::redis_url().await?;
    Ok(Redis::new(&url, format!("test-{}", uuid::Uuid::now_v7().simple()))?)
}

/// URL of the shared test server of Redis.
pub async fn test_redis_url() -> Result<String, TestEngineError> {
    engines::redis_url().await
}

fn io_error(what: impl Into<String>) -> impl FnOnce(io::Error) -> TestEngineError {
    let what = what.into();
    move |source| TestEngineError::Io { what, source }
}
