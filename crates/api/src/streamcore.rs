//! What StreamCore and its callers say to each other.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::plan::{Limit, PlanCode};

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
    /// Where to watch, which stays the same while it is off air.
    pub playback: Playback,
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
    /// Path of the DASH manifest.
    #[schema(example = "/live/demo/manifest.mpd")]
    pub dash: String,
    /// The same playlist straight from StreamCore, without the gateway in between: cheaper where
    /// many watch, but not reachable through every firewall. Absent where it is not offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://tv.example.org:8444/live/demo/index.m3u8")]
    pub direct: Option<String>,
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

/// Figures of a stream on air, and how they came to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StreamStatistics {
    /// The stream as its audience sees it.
    pub stream: Stream,
    /// Who publishes; absent while the encoder is away.
    pub publisher: Option<Publisher>,
    /// The present.
    pub figures: StreamFigures,
    /// One sample a second, oldest first, of the last five minutes at most.
    pub samples: Vec<StreamSample>,
}

/// An encoder that is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Publisher {
    /// Where it connects from.
    #[schema(value_type = String, example = "192.0.2.7")]
    pub address: IpAddr,
    /// What it calls itself, if it does.
    #[schema(example = "FMLE/3.0 (compatible; FMSc/1.0)")]
    pub encoder: Option<String>,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub connected_at: OffsetDateTime,
}

/// Which samples of a stream are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatisticsQuery {
    /// Only samples later than this, RFC 3339; the time of the last one that is known already.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
}

/// The present figures of a stream; rates are means over the last five seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StreamFigures {
    /// Bits per second from the encoder, picture and sound.
    pub ingest_bitrate: u64,
    /// Pictures per second.
    pub frame_rate: f64,
    /// Seconds between the last two keyframes.
    pub keyframe_seconds: Option<f64>,
    /// Pictures between them.
    pub keyframe_frames: Option<u32>,
    /// Milliseconds by which pictures lag behind the most punctual one of the last minute: what the
    /// network or the encoder's machine holds up.
    pub delay_ms: Option<u32>,
    /// Viewers who asked for something in the last ten seconds.
    pub viewers: u32,
    /// Bits per second to all viewers.
    pub egress_bitrate: u64,
    /// Bytes from the encoder since the stream came on air.
    pub received_bytes: u64,
    /// Bytes to all viewers since then.
    pub sent_bytes: u64,
    /// Pictures since then that are missing between the timestamps of others.
    pub missing_frames: u64,
}

/// What happened on a stream in one second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StreamSample {
    /// End of that second.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Bits per second from the encoder.
    pub ingest_bitrate: u64,
    /// Pictures per second.
    pub frame_rate: f64,
    /// Pictures missing between the timestamps of others.
    pub missing_frames: u32,
    /// See [`StreamFigures::delay_ms`]; absent without pictures.
    pub delay_ms: Option<u32>,
    /// Viewers.
    pub viewers: u32,
    /// Bits per second to all viewers.
    pub egress_bitrate: u64,
}

/// A page of registered streams.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RegistrationPage {
    /// By slug.
    pub streams: Vec<RegisteredStream>,
    /// Cursor of the next page; absent on the last one.
    pub next: Option<String>,
}

/// Which page of the registered streams.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegistrationQuery {
    /// Streams on a page, 1 to 200.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A stream as the studio sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RegisteredStream {
    /// What is kept of it.
    pub registration: Registration,
    /// What its audience sees.
    pub stream: Stream,
    /// Its figures while it is on air.
    pub figures: Option<StreamFigures>,
}

/// What is kept of a stream, on air or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Registration {
    /// Stable id.
    pub id: Uuid,
    /// Name in addresses; it never changes.
    #[schema(example = "demo")]
    pub slug: String,
    /// What people read.
    #[schema(example = "Demo")]
    pub title: String,
    /// Last four characters of the stream key; absent when nobody may publish.
    pub key_hint: Option<String>,
    /// When it was registered.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When its key was made or taken away.
    #[serde(with = "time::serde::rfc3339")]
    pub key_changed_at: OffsetDateTime,
    /// The account that registered it and whose plan it is under, or the program that did so for
    /// itself; absent when it was registered on
    /// the server itself, which no plan limits.
    pub owner: Option<Uuid>,
    /// Plan of the owner, as last heard.
    pub plan: Option<PlanCode>,
    /// Lines that the shorter side of the picture may have.
    pub picture_limit: Limit,
}

/// A change to a stream; what is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StreamChange {
    /// What people read, at most 120 characters.
    pub title: Option<String>,
}

/// How a stream is ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EndQuery {
    /// Give the stream another key first, so that an encoder that reconnects by itself is refused.
    #[serde(default)]
    pub rotate_key: bool,
}

/// A stream that was ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EndedStream {
    /// Name in addresses.
    pub slug: String,
    /// The new key, when one was asked for; it is shown this once.
    pub stream_key: Option<String>,
}

/// Where encoders connect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ingest {
    /// The server address that an encoder is given beside the stream key.
    #[schema(example = "rtmp://studio.example.org:1935/live")]
    pub rtmp_url: String,
    /// Whether only encoders on the server itself can connect.
    pub local_only: bool,
}
