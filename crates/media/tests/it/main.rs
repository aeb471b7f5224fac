//! Media against real encoders, decoders and independent parsers.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bitstream;
mod cmaf;
mod ffmpeg;
mod rtmp;
