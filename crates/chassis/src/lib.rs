//! What every service stands on.
//!
//! Settings, telemetry, the HTTP shell with its built-in routes, error answers, the signed-in
//! principal, typed calls to other services and the serving of embedded web apps.

#![warn(missing_docs)]

pub mod access;
pub mod api_key;
pub mod calls;
pub mod client_address;
pub mod entitlements;
pub mod extract;
pub mod health;
pub mod metrics;
pub mod openapi;
pub mod principal;
pub mod problem;
pub mod rate;
pub mod request_id;
pub mod revision;
pub mod server;
pub mod settings;
pub mod telemetry;
pub mod webapp;

pub use principal::Principal;
pub use problem::{Code, ErrorKind, Problem};
pub use server::{Service, serve};
pub use settings::Secret;

/// Version of the platform.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
