//! The Redis-protocol client (Valkey or Redis): reconnects by itself, never waits long.

use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, FromRedisValue, RedisError};

/// Longest wait for an answer.
const ANSWER_DEADLINE: Duration = Duration::from_millis(800);
/// Longest wait for a connection.
const CONNECT_DEADLINE: Duration = Duration::from_millis(500);

/// A connection to Redis. Clones share it. Every key begins with the namespace.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    manager: ConnectionManager,
    namespace: String,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum RedisConfigError {
    /// The URL is not one of Redis.
    #[error("the redis url cannot be read; it looks like redis://:password@host:6379/0")]
    Url(#[source] RedisError),
}

impl Redis {
    /// A client that connects when it is first used, so a server that is away now is no error.
    pub fn new(url: &str, namespace: impl Into<String>) -> Result<Self, RedisConfigError> {
        let client = Client::open(url).map_err(RedisConfigError::Url)?;
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(ANSWER_DEADLINE))
            .set_connection_timeout(Some(CONNECT_DEADLINE))
            .set_min_delay(Duration::from_millis(20))
            .set_max_delay(Duration::from_millis(100))
            .set_number_of_retries(2);
        let manager = ConnectionManager::new_lazy_with_config(client.clone(), config)
            .map_err(RedisConfigError::Url)?;
        Ok(Self { client, manager, namespace: namespace.into() })
    }

    /// A key in the namespace: `<namespace>:<part>:<part>…`.
    pub fn key(&self, parts: &[&str]) -> String {
        let mut key = self.namespace.clone();
        for part in parts {
            key.push(':');
            key.push_str(part);
        }
        key
    }

    /// Runs one command.
    pub async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, RedisError> {
        command.query_async(&mut self.manager.clone()).await
    }

    /// Runs a script, which the server keeps by its hash.
    pub(crate) async fn script<T: FromRedisValue>(
        &self,
        call: &redis::ScriptInvocation<'_>,
    ) -> Result<T, RedisError> {
        call.invoke_async(&mut self.manager.clone()).await
    }

    /// Asks the server for a sign of life.
    pub async fn ping(&self) -> Result<(), RedisError> {
        self.run(&redis::cmd("PING")).await
    }

    /// Counts one more event under a key and says how many there were in the window, which
    /// begins with the first.
    pub async fn count(&self, key: &str, window: Duration) -> Result<u64, RedisError> {
        let milliseconds = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
        let (count,): (u64,) = redis::pipe()
            .atomic()
            .cmd("SET")
            .arg(key)
            .arg(0)
            .arg("PX")
            .arg(milliseconds)
            .arg("NX")
            .ignore()
            .cmd("INCR")
            .arg(key)
            .query_async(&mut self.manager.clone())
            .await?;
        Ok(count)
    }

    /// Keeps a value under a key for a while, in place of what was there.
    pub async fn keep(&self, key: &str, value: &str, time: Duration) -> Result<(), RedisError> {
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.run(redis::cmd("SET").arg(key).arg(value).arg("PX").arg(milliseconds)).await
    }

    /// Takes away what is kept under a key: of all who ask, one gets it.
    pub async fn take(&self, key: &str) -> Result<Option<String>, RedisError> {
        self.run(redis::cmd("GETDEL").arg(key)).await
    }

    /// Removes a key.
    pub async fn forget(&self, key: &str) -> Result<(), RedisError> {
        self.run(redis::cmd("DEL").arg(key)).await
    }

    /// For how long a key still exists; `None` when it does not, or has no end.
    pub async fn remaining(&self, key: &str) -> Result<Option<Duration>, RedisError> {
        let milliseconds: i64 = self.run(redis::cmd("PTTL").arg(key)).await?;
        Ok(u64::try_from(milliseconds).ok().map(Duration::from_millis))
    }

    /// What changes when the server is started anew: its run id.
    pub async fn run_id(&self) -> Result<String, RedisError> {
        let info: String = self.run(redis::cmd("INFO").arg("server")).await?;
        let id = info.lines().find_map(|line| line.strip_prefix("run_id:"));
        Ok(id.unwrap_or_default().trim().to_owned())
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").field("namespace", &self.namespace).finish_non_exhaustive()
    }
}
