//! Types, rules and state machines of streaming, free of IO.

pub mod attempts;
pub mod ingest_address;
pub mod ingest_meter;
pub mod reordering;
pub mod slug;
pub mod stream;
pub mod stream_key;
pub mod track_reader;
