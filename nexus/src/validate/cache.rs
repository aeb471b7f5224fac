use std::time::Duration;

use redis::{Client, IntoConnectionInfo, RedisResult};
use spec::validate::{Observed, RedisFacts};
use tokio::time::timeout;

use super::Subject;

impl Subject {
    pub(super) async fn redis_facts(&self) -> Observed<RedisFacts> {
        match timeout(Duration::from_secs(3), look(&self.addresses.redis)).await {
            Ok(facts) => facts.into(),
            Err(_) => Observed::Failed("no answer from Redis within 3 s".to_owned()),
        }
    }
}

async fn look(url: &str) -> RedisResult<RedisFacts> {
    let mut connection = Client::open(url)?.get_multiplexed_async_connection().await?;
    let ping = redis::cmd("PING").query_async(&mut connection).await?;
    let info: String = redis::cmd("INFO").query_async(&mut connection).await?;
    let field = |name: &str| {
        info.lines()
            .find_map(|line| line.trim_end().strip_prefix(name)?.strip_prefix(':'))
            .unwrap_or_default()
    };
    let snapshots: Vec<String> =
        redis::cmd("CONFIG").arg("GET").arg("save").query_async(&mut connection).await?;
    let snapshots = snapshots.get(1).is_some_and(|value| !value.is_empty());
    let version = match field("valkey_version") {
        "" => format!("Redis {}", field("redis_version")),
        version => format!("Valkey {version}"),
    };
    Ok(RedisFacts {
        ping,
        version,
        persistent: field("aof_enabled") == "1" || snapshots,
        save_failed: field("aof_last_write_status") == "err"
            || field("aof_last_bgrewrite_status") == "err"
            || field("rdb_last_bgsave_status") == "err",
        password_required: refuses_strangers(url).await,
    })
}

async fn refuses_strangers(url: &str) -> bool {
    let stranger = async {
        let info = url.into_connection_info()?;
        let settings = redis::RedisConnectionInfo::default();
        let client = Client::open(info.set_redis_settings(settings))?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        redis::cmd("PING").query_async::<String>(&mut connection).await
    };
    stranger.await.is_err()
}
