//! Typed events over Redis Streams.
//!
//! A stream keeps its last few thousand events, so that a follower that was away, or is just
//! starting, reads what it missed. What must never be lost has its truth in Postgres.

use std::convert::Infallible;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisError, Value, cmd};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use crate::Redis;

/// About how many events a stream keeps.
const KEPT: usize = 10_000;
/// Longest that one read waits for the next event.
const READ_WAIT: Duration = Duration::from_secs(5);
/// Most events that one read brings.
const READ_COUNT: usize = 256;
/// First pause between attempts to reconnect.
const MIN_PAUSE: Duration = Duration::from_millis(20);
/// Longest pause between attempts to reconnect.
const MAX_PAUSE: Duration = Duration::from_millis(500);

/// Why an event was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The event cannot be written as JSON.
    #[error("the event cannot be written as JSON")]
    Encode(#[from] serde_json::Error),
    /// Redis did not take it.
    #[error("redis did not take the event")]
    Redis(#[from] RedisError),
}

/// Appends an event to a stream.
pub async fn publish<E: Serialize + Sync>(
    redis: &Redis,
    stream: &str,
    event: &E,
) -> Result<(), PublishError> {
    let json = serde_json::to_string(event)?;
    let mut command = cmd("XADD");
    command.arg(key(redis, stream)).arg("MAXLEN").arg("~").arg(KEPT).arg("*");
    command.arg("event").arg(json);
    Ok(redis.run(&command).await?)
}

/// Hands every event of a stream to `handle`: first those of the last `replay`, then each as it
/// comes. Goes on after a lost connection where it was. Events of an unknown kind are skipped.
pub async fn follow<E, F>(redis: &Redis, stream: &str, replay: Duration, handle: F) -> Infallible
where
    E: DeserializeOwned,
    F: FnMut(E) + Send,
{
    follow_heard(redis, stream, replay, handle, || {}).await
}

/// Like [`follow`], and calls `heard` whenever everything announced until then has been handled:
/// every few seconds, also while nothing happens, unless Redis is away.
pub async fn follow_heard<E, F, H>(
    redis: &Redis,
    stream: &str,
    replay: Duration,
    mut handle: F,
    heard: H,
) -> Infallible
where
    E: DeserializeOwned,
    F: FnMut(E) + Send,
    H: FnMut() + Send,
{
    let handle = |event| {
        handle(event);
        std::future::ready(())
    };
    run(redis, stream, replay, handle, heard).await
}

/// Like [`follow`], for a handler that waits: the next event is read when it is done.
pub async fn follow_with<E, F, Fut>(
    redis: &Redis,
    stream: &str,
    replay: Duration,
    handle: F,
) -> Infallible
where
    E: DeserializeOwned,
    F: FnMut(E) -> Fut + Send,
    Fut: Future<Output = ()> + Send,
{
    run(redis, stream, replay, handle, || {}).await
}

async fn run<E, F, Fut, H>(
    redis: &Redis,
    stream: &str,
    replay: Duration,
    mut handle: F,
    mut heard: H,
) -> Infallible
where
    E: DeserializeOwned,
    F: FnMut(E) -> Fut + Send,
    Fut: Future<Output = ()> + Send,
    H: FnMut() + Send,
{
    let mut reader = Reader { key: key(redis, stream), position: position_before(replay) };
    let mut pause = MIN_PAUSE;
    loop {
        let error = match connect(redis).await {
            Ok(mut connection) => {
                // What is there already is read at once, also when it is nothing.
                let mut wait = None;
                loop {
                    match reader.read(&mut connection, wait).await {
                        Ok(events) => {
                            pause = MIN_PAUSE;
                            // A full read may not have brought everything.
                            let everything = events.len() < READ_COUNT;
                            for event in events.iter().filter_map(|json| decode(stream, json)) {
                                handle(event).await;
                            }
                            if everything {
                                heard();
                                wait = Some(READ_WAIT);
                            }
                        }
                        Err(error) => break error,
                    }
                }
            }
            Err(error) => error,
        };
        tracing::debug!(stream, %error, "the event stream is away; reconnecting");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(MAX_PAUSE);
    }
}

fn decode<E: DeserializeOwned>(stream: &str, json: &str) -> Option<E> {
    serde_json::from_str(json)
        .inspect_err(|error| tracing::debug!(stream, %error, "unknown event skipped"))
        .ok()
}

struct Reader {
    key: String,
    /// Id of the last event read.
    position: String,
}

/// Answer of XREAD: per stream the entries, each an id and its fields.
type Entries = Vec<(String, Vec<(String, String)>)>;

impl Reader {
    async fn read(
        &mut self,
        connection: &mut MultiplexedConnection,
        wait: Option<Duration>,
    ) -> Result<Vec<String>, RedisError> {
        let mut command = cmd("XREAD");
        command.arg("COUNT").arg(READ_COUNT);
        if let Some(wait) = wait {
            command.arg("BLOCK").arg(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
        }
        command.arg("STREAMS").arg(&self.key).arg(&self.position);
        let answer: Value = command.query_async(connection).await?;
        if matches!(answer, Value::Nil) {
            return Ok(Vec::new());
        }
        let streams: Vec<(String, Entries)> = redis::from_redis_value(answer)?;
        let mut events = Vec::new();
        for (id, fields) in streams.into_iter().flat_map(|(_, entries)| entries) {
            self.position = id;
            events
                .extend(fields.into_iter().find(|(name, _)| name == "event").map(|(_, json)| json));
        }
        Ok(events)
    }
}

async fn connect(redis: &Redis) -> Result<MultiplexedConnection, RedisError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(Duration::from_millis(500)))
        .set_response_timeout(Some(READ_WAIT + Duration::from_secs(2)));
    redis.client().get_multiplexed_async_connection_with_config(&config).await
}

fn key(redis: &Redis, stream: &str) -> String {
    redis.key(&["events", stream])
}

/// Event ids begin with the time in milliseconds at which the server took them.
fn position_before(replay: Duration) -> String {
    let since = OffsetDateTime::now_utc() - replay;
    format!("{}-0", (since.unix_timestamp_nanos() / 1_000_000).max(0))
}
