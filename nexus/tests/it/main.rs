//! `nexus` as its users meet it: the program itself, with real engines, in homes of their own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

mod account;
mod admin;
mod audit;
mod platform;
mod recovery;
mod refusals;
mod revocation;
mod start_and_stop;
mod validate;
