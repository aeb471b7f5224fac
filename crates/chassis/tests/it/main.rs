//! The HTTP shell on real sockets.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod drain;
mod errors;
mod health;
mod keys;
mod running;
mod wire;
mod wycheproof;
