//! gateway-api through its real router, on real Postgres and Redis.

mod admin;
mod app;
mod audit;
mod authorisation;
mod logs;
mod redis_away;
mod revocation;
mod session;
mod throttle;
mod tokens;
