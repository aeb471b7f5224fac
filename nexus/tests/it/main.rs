//! `nexus` as its users meet it: the program itself, with real engines, in homes of its own.

mod account;
mod admin;
mod platform;
mod recovery;
mod refusals;
mod start_and_stop;
mod validate;
