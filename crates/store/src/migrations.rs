//! Migrations: each service brings its own and keeps its own book of what was applied.

use std::borrow::Cow;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnection;

use crate::Database;

/// Longest wait for another process that migrates the same database.
const LOCK_TIMEOUT: Duration = Duration::from_mins(1);

/// The migrations of a service.
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    /// Name of the service.
    pub service: &'static str,
    /// Schema that the service owns; created when absent, holds the book `_migrations`.
    pub schema: &'static str,
    /// The migrations: `sqlx::migrate!()` in a static.
    pub migrator: &'static Migrator,
}

/// Why a database could not be migrated.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database cannot be used.
    #[error("the database cannot be asked about the migrations of {service}")]
    Database {
        /// The service.
        service: &'static str,
        /// Why.
        source: sqlx::Error,
    },
    /// A migration failed, or what was applied before differs from the program.
    #[error("migrating the tables of {service} failed; the database is as it was before")]
    Migrate {
        /// The service.
        service: &'static str,
        /// Why.
        source: MigrateError,
    },
}

/// Applies what has not been applied yet. Processes that do so at once wait for each other.
pub async fn migrate(database: &Database, migrations: &Migrations) -> Result<(), MigrationError> {
    let service = migrations.service;
    let mut connection = direct_connection(database)
        .await
        .map_err(|source| MigrationError::Database { service, source })?;
    migrations
        .with_own_book()
        .run_direct(None, &mut connection, false)
        .await
        .map_err(|source| MigrationError::Migrate { service, source })
}

/// Versions that the program has and the database has not.
pub async fn pending(
    database: &Database,
    migrations: &Migrations,
) -> Result<Vec<i64>, MigrationError> {
    let failed = |source| MigrationError::Database { service: migrations.service, source };
    let book = migrations.book();
    let exists: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(&book)
        .fetch_one(database)
        .await
        .map_err(failed)?;
    let applied: Vec<i64> = if exists {
        let query = format!("SELECT version FROM {book} WHERE success");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_all(database).await.map_err(failed)?
    } else {
        Vec::new()
    };
    let versions = migrations.migrator.iter().map(|migration| migration.version);
    Ok(versions.filter(|version| !applied.contains(version)).collect())
}

impl Migrations {
    fn book(&self) -> String {
        format!("{}._migrations", self.schema)
    }

    /// sqlx keeps one book for the whole database unless told otherwise; versions of different
    /// services would collide in it.
    fn with_own_book(&self) -> Migrator {
        let mut migrator = Migrator::with_migrations(self.migrator.iter().cloned().collect());
        migrator.dangerous_set_table_name(self.book());
        migrator.create_schema(Cow::Borrowed(self.schema));
        migrator
    }
}

/// A connection beside the pool: migrations may take longer than the statements of requests.
async fn direct_connection(database: &Database) -> Result<PgConnection, sqlx::Error> {
    let options = database.connect_options();
    let options = options.as_ref().clone().options([
        ("statement_timeout", "0".to_owned()),
        ("lock_timeout", format!("{}ms", LOCK_TIMEOUT.as_millis())),
    ]);
    options.connect().await
}
