use std::fmt::Write;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use uuid::Uuid;

use super::{TestEngineError, engines};
use crate::database::{DatabaseConfig, connect};
use crate::migrations::migrate;
use crate::{Database, Migrations};

/// Key of the advisory lock under which templates are made.
const TEMPLATE_LOCK: i64 = 0x6e65_7875_7374_706c;

/// A database of one test, with the migrations applied; dropped with this value.
///
/// It is cloned from a template that is made once for each set of migrations.
#[derive(Debug)]
pub struct TestDatabase {
    pool: Option<Database>,
    name: String,
    url: String,
    maintenance_url: String,
}

impl TestDatabase {
    /// Makes a database with these migrations applied.
    pub async fn new(migrations: &[Migrations]) -> Result<Self, TestEngineError> {
        let maintenance_url = engines::postgres_url().await?;
        let mut maintenance = PgConnection::connect(&maintenance_url).await?;
        let template = ensure_template(&mut maintenance, &maintenance_url, migrations).await?;
        let name = format!("test_{}", Uuid::now_v7().simple());
        let clone = format!("CREATE DATABASE {name} TEMPLATE {template}");
        sqlx::raw_sql(AssertSqlSafe(clone)).execute(&mut maintenance).await?;
        let url = url_of(&maintenance_url, &name);
        let mut database = Self { pool: None, name, url: url.clone(), maintenance_url };
        let mut config = DatabaseConfig::new(url, "test");
        config.connections = 8;
        database.pool = Some(connect(&config).await?);
        Ok(database)
    }

    /// A pool on the database.
    pub fn pool(&self) -> Database {
        match &self.pool {
            Some(pool) => pool.clone(),
            None => unreachable!("the pool is set before the value is handed out"),
        }
    }

    /// URL of the database.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    /// The runtime of the test may be ending, so dropping happens on one of its own.
    fn drop(&mut self) {
        let drop_it = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let url = self.maintenance_url.clone();
        let dropping = std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build()
            else {
                return;
            };
            // A database that stays is only a few megabytes on a throwaway server.
            let _ = runtime.block_on(async {
                let mut maintenance = PgConnection::connect(&url).await?;
                sqlx::raw_sql(AssertSqlSafe(drop_it)).execute(&mut maintenance).await
            });
        });
        let _ = dropping.join();
    }
}

/// URL of a new, empty database on the test server, for tests that start whole programs. It
/// stays until the server goes.
pub async fn fresh_database_url() -> Result<String, TestEngineError> {
    let maintenance_url = engines::postgres_url().await?;
    let mut maintenance = PgConnection::connect(&maintenance_url).await?;
    let name = format!("test_{}", Uuid::now_v7().simple());
    let create = format!("CREATE DATABASE {name}");
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut maintenance).await?;
    Ok(url_of(&maintenance_url, &name))
}

/// What the migrations add up to, as it is committed in `database/schema.sql`.
pub async fn schema(migrations: &[Migrations]) -> Result<String, TestEngineError> {
    let database = TestDatabase::new(migrations).await?;
    let pg_dump = engines::installed(&["pg_dump"]).ok_or(TestEngineError::Missing {
        program: "pg_dump",
        package: "postgresql-client",
        variable: "PATH",
    })?;
    Ok(crate::schema::dump(&pg_dump, database.url()).await?)
}

/// Makes the template unless it is there, while no other process does.
async fn ensure_template(
    maintenance: &mut PgConnection,
    maintenance_url: &str,
    migrations: &[Migrations],
) -> Result<String, TestEngineError> {
    let template = template_name(migrations);
    if exists(maintenance, &template).await? {
        return Ok(template);
    }
    lock(maintenance, "pg_advisory_lock").await?;
    let made = make_template(maintenance, maintenance_url, &template, migrations).await;
    lock(maintenance, "pg_advisory_unlock").await?;
    made.map(|()| template)
}

async fn make_template(
    maintenance: &mut PgConnection,
    maintenance_url: &str,
    template: &str,
    migrations: &[Migrations],
) -> Result<(), TestEngineError> {
    if exists(maintenance, template).await? {
        return Ok(());
    }
    // Under another name until it is complete: a killed process must not leave half a template.
    let building = format!("{template}_building");
    let statements = [
        format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)"),
        format!("CREATE DATABASE {building} TEMPLATE template0"),
    ];
    for statement in statements {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *maintenance).await?;
    }
    let config = DatabaseConfig::new(url_of(maintenance_url, &building), "test");
    let pool = connect(&config).await?;
    for service in migrations {
        migrate(&pool, service).await?;
    }
    pool.close().await;
    let rename = format!("ALTER DATABASE {building} RENAME TO {template}");
    sqlx::raw_sql(AssertSqlSafe(rename)).execute(maintenance).await?;
    Ok(())
}

async fn exists(maintenance: &mut PgConnection, name: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(maintenance)
        .await
}

async fn lock(maintenance: &mut PgConnection, function: &str) -> Result<(), sqlx::Error> {
    let query = format!("SELECT {function}($1)");
    sqlx::query(AssertSqlSafe(query)).bind(TEMPLATE_LOCK).execute(maintenance).await.map(drop)
}

/// A name that changes with every change of a migration.
fn template_name(migrations: &[Migrations]) -> String {
    let mut name = String::from("template");
    for service in migrations {
        let mut mixed: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in service
            .schema
            .bytes()
            .chain(service.migrator.iter().flat_map(|migration| migration.checksum.iter().copied()))
        {
            mixed = (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        // Writing to a string cannot fail.
        let _ = write!(name, "_{mixed:x}");
    }
    name
}

/// The same server, another database.
fn url_of(maintenance_url: &str, database: &str) -> String {
    let (place, query) = maintenance_url.split_once('?').unwrap_or((maintenance_url, ""));
    let server = place.rsplit_once('/').map_or(place, |(server, _)| server);
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{server}/{database}{mark}{query}")
}
