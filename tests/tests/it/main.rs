//! Scenarios across services.

mod error_pages;
mod generated;
