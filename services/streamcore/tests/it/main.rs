//! StreamCore through its real router, its real RTMP port, a real database and a real FFmpeg.

mod encoder;
mod playback;
mod service;
