//! Ways in for encoders.

pub mod rtmp;
