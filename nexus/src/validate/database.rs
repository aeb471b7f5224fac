use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use spec::validate::{DatabaseFacts, Observed};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use tokio::time::timeout;

use super::Subject;
use crate::targets::Target;

const DEADLINE: Duration = Duration::from_secs(4);

impl Subject {
    pub(super) async fn database_facts(&self) -> Observed<DatabaseFacts> {
        let look = async {
            let pool = self.pool()?;
            let facts = look(&pool).await;
            pool.close().await;
            facts
        };
        match timeout(DEADLINE, look).await {
            Ok(facts) => facts.into(),
            Err(_) => Observed::Failed(format!("no answer within {} s", DEADLINE.as_secs())),
        }
    }

    pub(super) async fn has_administrator(&self) -> Observed<bool> {
        let look = async {
            let pool = self.pool()?;
            let query = "SELECT EXISTS (SELECT FROM public.users WHERE role = 'admin')";
            let found = sqlx::query_scalar(query).fetch_one(&pool).await;
            pool.close().await;
            found
        };
        match timeout(DEADLINE, look).await {
            Ok(found) => found.into(),
            Err(_) => Observed::Failed(format!("no answer within {} s", DEADLINE.as_secs())),
        }
    }

    fn pool(&self) -> sqlx::Result<PgPool> {
        let options = PgConnectOptions::from_str(&self.addresses.database)?;
        Ok(PgPoolOptions::new().max_connections(1).connect_lazy_with(options))
    }
}

async fn look(pool: &PgPool) -> sqlx::Result<DatabaseFacts> {
    let name = sqlx::query_scalar("SELECT current_database()::text").fetch_one(pool).await?;
    let tables = sqlx::query_scalar(
        "SELECT schemaname || '.' || tablename FROM pg_tables \
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
    )
    .fetch_all(pool)
    .await?;
    let used: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'",
    )
    .fetch_one(pool)
    .await?;
    let version = number(pool, "server_version_num").await? / 10_000;
    let allowed = number(pool, "max_connections").await?;
    let checksums = setting(pool, "data_checksums").await? == "on";
    let mut migration_drift = BTreeMap::new();
    for target in Target::ALL {
        let drift = match store::migrations::pending(pool, target.migrations()).await {
            Ok(pending) => {
                pending.iter().map(|version| format!("{version} is not applied")).collect()
            }
            Err(error) => vec![error.to_string()],
        };
        migration_drift.insert(target.name().to_owned(), drift);
    }
    let used = u32::try_from(used).unwrap_or(u32::MAX);
    Ok(DatabaseFacts {
        name,
        version,
        tables,
        migration_drift,
        connections: (used, allowed),
        checksums,
    })
}

async fn number(pool: &PgPool, name: &str) -> sqlx::Result<u32> {
    setting(pool, name).await?.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

async fn setting(pool: &PgPool, name: &str) -> sqlx::Result<String> {
    sqlx::query_scalar("SELECT current_setting($1)").bind(name).fetch_one(pool).await
}
