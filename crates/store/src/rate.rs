//! Request quotas that all processes share, by the generic cell rate algorithm.

use std::sync::LazyLock;
use std::time::Duration;

use redis::{RedisError, Script};

use crate::Redis;

/// One round trip and nothing in between: the server's own clock decides, so that processes whose
/// clocks differ count alike. Times are in microseconds; a key goes when its quota is whole.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local clock = redis.call('TIME')
         local now = clock[1] * 1000000 + clock[2]
         local interval, capacity = tonumber(ARGV[1]), tonumber(ARGV[1]) * tonumber(ARGV[2])
         local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
         local next = arrival + interval
         local wait = next - capacity - now
         if wait > 0 then
           return { 0, math.floor((now + capacity - arrival) / interval), arrival - now, wait }
         end
         local whole = math.max(math.ceil((next - now) / 1000), 1)
         redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', whole)
         return { 1, math.floor((now + capacity - next) / interval), next - now, 0 }",
    )
});

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Whether it is within the quota.
    pub allowed: bool,
    /// How many more could come at once.
    pub remaining: u32,
    /// When the quota is whole again.
    pub reset_after: Duration,
    /// When the next request would be within it.
    pub retry_after: Duration,
}

/// Takes one request of `caller` from a quota of `burst` requests, one of which is made good every
/// `interval` microseconds.
pub async fn take(
    redis: &Redis,
    caller: &str,
    interval: i64,
    burst: u32,
) -> Result<Taken, RedisError> {
    let mut call = TAKE.key(redis.key(&["rate", caller]));
    call.arg(interval).arg(burst.max(1));
    let (allowed, remaining, reset, retry): (u8, i64, i64, i64) = redis.script(&call).await?;
    let microseconds = |count: i64| Duration::from_micros(u64::try_from(count).unwrap_or(0));
    Ok(Taken {
        allowed: allowed == 1,
        remaining: u32::try_from(remaining).unwrap_or(0),
        reset_after: microseconds(reset),
        retry_after: microseconds(retry),
    })
}
