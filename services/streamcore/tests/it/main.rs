//! StreamCore through its real router, its real RTMP port, a real database and a real FFmpeg.

mod authorisation;
mod documents;
mod encoder;
mod ingest;
mod playback;
mod service;
mod streams;
