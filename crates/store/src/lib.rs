//! Where state is kept: the Postgres pool, migrations, the Redis client, event streams.
//!
//! With the feature `testing` also a database per test and the engines to run it on.

#![warn(missing_docs)]

pub mod database;
pub mod events;
pub mod migrations;
pub mod rate;
pub mod redis;
pub mod schema;
#[cfg(feature = "testing")]
pub mod testing;

pub use ::redis::RedisError;
pub use database::Database;
pub use migrations::Migrations;
pub use redis::Redis;
