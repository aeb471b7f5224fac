//! Scenarios across services.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod error_pages;
mod generated;
