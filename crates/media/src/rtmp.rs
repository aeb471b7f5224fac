//! RTMP without IO: bytes and decisions in, bytes and events out.
//!
//! [`ServerSession`] is one connection of an encoder, [`ClientSession`] one connection to another
//! server. Both are driven the same way: give what arrived to `receive`, drain `poll_event`, send
//! what `take_output` returns. Deadlines are the caller's; everything a peer can make a session
//! hold is bounded by [`Limits`].
//!
//! Format: Adobe, *Real-Time Messaging Protocol 1.0* (2012), with the simple
//! handshake, and Veovera, *Enhanced RTMP v2*.

mod aggregate;
mod chunk_reader;
mod chunk_writer;
mod client;
mod clock;
mod command;
mod error;
mod handshake;
mod limits;
mod link;
mod message;
mod rejection;
mod secret;
mod server;
#[cfg(test)]
mod tests;

pub use client::{ClientConfig, ClientEvent, ClientSession};
pub use error::RtmpError;
pub use limits::Limits;
pub use rejection::Rejection;
pub use secret::Secret;
pub use server::{Event, ServerConfig, ServerSession};
