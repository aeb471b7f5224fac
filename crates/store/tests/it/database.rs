//! The pool.

use std::time::{Duration, Instant};

use store::database::{ConnectError, DatabaseConfig, connect, is_unavailable, ping};
use store::testing::TestDatabase;

#[tokio::test]
async fn a_server_that_is_away_is_waited_for_until_the_deadline_and_named() {
    let mut config = DatabaseConfig::new("postgres://u:secret@127.0.0.1:1/nexus_db", "test");
    config.connect_deadline = Duration::from_millis(300);
    let started = Instant::now();
    let error = connect(&config).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    assert!(matches!(error, ConnectError::Unreachable { .. }));
    let text = error.to_string();
    assert!(text.contains("127.0.0.1:1") && !text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_refusal_is_not_waited_for() {
    let database = TestDatabase::new(&[]).await.unwrap();
    let url = database.url().replace("test_", "no_such_");
    let started = Instant::now();
    let error = connect(&DatabaseConfig::new(url, "test")).await.unwrap_err();
    assert!(matches!(error, ConnectError::Refused { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
    let nonsense = connect(&DatabaseConfig::new("nonsense", "test")).await.unwrap_err();
    assert!(matches!(nonsense, ConnectError::Url(_)));
}

#[tokio::test]
async fn statements_end_at_their_limit_and_times_are_utc() {
    let database = TestDatabase::new(&[]).await.unwrap();
    let mut config = DatabaseConfig::new(database.url(), "test");
    config.statement_timeout = Duration::from_millis(100);
    let pool = connect(&config).await.unwrap();
    let error = sqlx::query("SELECT pg_sleep(10)").execute(&pool).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), "57014");
    assert!(!is_unavailable(&error));
    let zone: String = sqlx::query_scalar("SHOW timezone").fetch_one(&pool).await.unwrap();
    assert_eq!(zone, "UTC");
}

#[tokio::test]
async fn connections_that_the_server_ended_are_replaced() {
    let database = TestDatabase::new(&[]).await.unwrap();
    let pool = database.pool();
    ping(&pool).await.unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let other = connect(&DatabaseConfig::new(database.url(), "test")).await.unwrap();
    sqlx::query(end).execute(&other).await.unwrap();
    ping(&pool).await.unwrap();
}

#[tokio::test]
async fn an_exhausted_pool_says_so_in_time() {
    let database = TestDatabase::new(&[]).await.unwrap();
    let mut config = DatabaseConfig::new(database.url(), "test");
    config.connections = 1;
    config.acquire_timeout = Duration::from_millis(100);
    let pool = connect(&config).await.unwrap();
    let held = pool.acquire().await.unwrap();
    let error = ping(&pool).await.unwrap_err();
    assert!(is_unavailable(&error), "{error}");
    drop(held);
    ping(&pool).await.unwrap();
}
