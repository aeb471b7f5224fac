//! What StreamCore and its callers say to each other.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// Streams that are on air.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StreamList {
    /// By slug.
    pub streams: Vec<Stream>,
}

/// One stream as an audience sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Stream {
    /// Name in addresses.
    #[schema(example = "demo")]
    pub slug: String,
    /// What people read.
    #[schema(example = "Demo")]
    pub title: String,
    /// Whether it can be watched.
    pub state: StreamState,
    /// When it came on air; absent while offline.
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    /// The picture, once it is known.
    pub video: Option<Video>,
    /// The sound, once it is known.
    pub audio: Option<Audio>,
    /// Where to watch; absent while there is nothing to play.
    pub playback: Option<Playback>,
}

/// Whether a stream can be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StreamState {
    /// A publisher is connected and there is something to play.
    Live,
    /// A publisher is connected; the first pictures are being packaged.
    Starting,
    /// The publisher left a moment ago and may come back.
    Interrupted,
    /// Nobody publishes.
    Offline,
}

/// A stream's picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Video {
    /// RFC 6381 codec string.
    #[schema(example = "avc1.64001f")]
    pub codec: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pictures per second.
    pub frame_rate: f64,
    /// Bits per second over the last half minute.
    pub bitrate: u64,
}

/// A stream's sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Audio {
    /// RFC 6381 codec string.
    #[schema(example = "mp4a.40.2")]
    pub codec: String,
    /// Samples per second.
    pub sample_rate: u32,
    /// Channels.
    pub channels: u8,
    /// Bits per second over the last half minute.
    pub bitrate: u64,
}

/// Where a stream can be watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Playback {
    /// Path of the HLS multivariant playlist.
    #[schema(example = "/live/demo/index.m3u8")]
    pub hls: String,
}

/// A stream to be registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStream {
    /// Name in addresses: 1 to 64 lower-case letters, digits and inner hyphens.
    #[schema(example = "demo")]
    pub slug: String,
    /// What people read, at most 120 characters.
    #[schema(example = "Demo")]
    pub title: String,
}

/// A stream and its key, which is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StreamKey {
    /// Name in addresses.
    pub slug: String,
    /// What the encoder is given as stream key.
    pub stream_key: String,
}
