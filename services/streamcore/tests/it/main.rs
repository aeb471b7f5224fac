//! StreamCore through its real router, its real RTMP port, a real database and a real FFmpeg.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in tests a surprise should stop the test; clippy only knows functions with #[test]"
)]

mod authorisation;
mod broadcast;
mod dash;
mod delivery;
mod documents;
mod encoder;
mod enhanced;
mod ingest;
mod plans;
mod playback;
mod registrations;
mod service;
mod streams;
mod whep;
