//! Ways in for encoders.

pub mod rtmp;
mod wall_clock;
