//! gateway-api through its real router, on real Postgres and Redis.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod admin;
mod api_keys;
mod app;
mod audit;
mod audit_tree;
mod authenticator;
mod authorisation;
mod browser;
mod canary;
mod concurrency;
mod cross_site;
mod database_away;
mod invitations;
mod logs;
mod mail;
mod me;
mod oidc;
mod organisations;
mod passkeys;
mod password;
mod people;
mod plans;
mod rate;
mod recovery;
mod redis_away;
mod revocation;
mod rotation;
mod second_factor;
mod session;
mod sessions;
mod sign_up;
mod step_up;
mod system;
mod throttle;
mod tokens;
