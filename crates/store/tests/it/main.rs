//! Postgres and Redis as they really are.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod database;
mod events;
mod migrations;
mod rate;
mod redis;
