//! The unit that flows through the platform: one coded frame of one track.

use bytes::Bytes;

use crate::{aac::AudioConfig, h264::AvcConfig};

/// Ticks per second of every video track.
pub const VIDEO_TIMESCALE: u32 = 90_000;

/// What a track carries. A stream has at most one track of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackKind {
    /// Coded pictures.
    Video,
    /// Coded sound.
    Audio,
}

/// The out-of-band header a decoder needs before the first frame of a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodecConfig {
    /// H.264/AVC, frames as length-prefixed NAL units (`avc1`).
    H264(AvcConfig),
    /// AAC, frames as raw access units without ADTS (`mp4a.40`).
    Aac(AudioConfig),
}

impl CodecConfig {
    /// Ticks per second of frames of this track: 90,000 for video, the sample rate for audio.
    pub fn timescale(&self) -> u32 {
        match self {
            Self::H264(_) => VIDEO_TIMESCALE,
            Self::Aac(config) => config.sample_rate,
        }
    }

    /// The kind of track this header describes.
    pub fn kind(&self) -> TrackKind {
        match self {
            Self::H264(_) => TrackKind::Video,
            Self::Aac(_) => TrackKind::Audio,
        }
    }

    /// The `CODECS` string of RFC 6381, such as `avc1.64001f` or `mp4a.40.2`.
    pub fn rfc6381(&self) -> String {
        match self {
            Self::H264(config) => config.rfc6381(),
            Self::Aac(config) => config.rfc6381(),
        }
    }
}

/// One coded frame (an access unit).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Decode time in ticks of the track's timescale, increasing strictly within a track.
    pub dts: i64,
    /// Presentation time in the same ticks; differs from `dts` where B-frames reorder pictures.
    pub pts: i64,
    /// Whether decoding may start here. Every audio frame is a keyframe.
    pub keyframe: bool,
    /// The coded bytes: length-prefixed NAL units for H.264, one raw access unit for AAC.
    pub data: Bytes,
}
