//! The unit that flows through the platform: one coded frame of one track.

use bytes::Bytes;

use crate::{
    aac::AudioConfig,
    av1::{self, Av1Config},
    colour::VideoRange,
    frame_rate::FrameRate,
    h264::{self, AvcConfig},
    hevc::{self, HevcConfig},
    opus::{self, OpusConfig},
};

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
    /// HEVC, frames as length-prefixed NAL units (`hvc1`).
    Hevc(HevcConfig),
    /// AV1, frames as temporal units without delimiters (`av01`).
    Av1(Av1Config),
    /// AAC, frames as raw access units without ADTS (`mp4a.40`).
    Aac(AudioConfig),
    /// Opus, frames as packets (`Opus`).
    Opus(OpusConfig),
}

impl CodecConfig {
    /// Ticks per second of frames of this track: 90,000 for video, the sample rate for audio
    /// (48,000 for Opus).
    pub fn timescale(&self) -> u32 {
        match self {
            Self::H264(_) | Self::Hevc(_) | Self::Av1(_) => VIDEO_TIMESCALE,
            Self::Aac(config) => config.sample_rate,
            Self::Opus(_) => opus::SAMPLE_RATE,
        }
    }

    /// The kind of track this header describes.
    pub fn kind(&self) -> TrackKind {
        match self {
            Self::H264(_) | Self::Hevc(_) | Self::Av1(_) => TrackKind::Video,
            Self::Aac(_) | Self::Opus(_) => TrackKind::Audio,
        }
    }

    /// The `CODECS` string of RFC 6381, such as `avc1.64001f` or `mp4a.40.2`.
    pub fn rfc6381(&self) -> String {
        match self {
            Self::H264(config) => config.rfc6381(),
            Self::Hevc(config) => config.rfc6381(),
            Self::Av1(config) => config.rfc6381(),
            Self::Aac(config) => config.rfc6381(),
            Self::Opus(config) => config.rfc6381(),
        }
    }

    /// What is seen, of a video track.
    pub fn picture(&self) -> Option<Picture> {
        match self {
            Self::H264(config) => Some(Picture {
                width: config.width,
                height: config.height,
                pixel_aspect: config.pixel_aspect,
                frame_rate: config.frame_rate,
                max_reorder_frames: config.max_reorder_frames,
                range: VideoRange::of(config.colour),
            }),
            Self::Hevc(config) => Some(Picture {
                width: config.width,
                height: config.height,
                pixel_aspect: config.pixel_aspect,
                frame_rate: config.frame_rate,
                max_reorder_frames: Some(config.max_reorder_frames),
                range: VideoRange::of(config.colour),
            }),
            // A temporal unit shows one picture, in the order of decoding.
            Self::Av1(config) => Some(Picture {
                width: config.width,
                height: config.height,
                pixel_aspect: None,
                frame_rate: config.frame_rate,
                max_reorder_frames: Some(0),
                range: VideoRange::of(config.colour),
            }),
            Self::Aac(_) | Self::Opus(_) => None,
        }
    }

    /// What is heard, of an audio track.
    pub fn sound(&self) -> Option<Sound> {
        let (sample_rate, channels) = match self {
            Self::H264(_) | Self::Hevc(_) | Self::Av1(_) => return None,
            Self::Aac(config) => (config.sample_rate, config.channels),
            Self::Opus(config) => (opus::SAMPLE_RATE, config.channels),
        };
        Some(Sound { sample_rate, channels })
    }

    /// Whether the coded frame says of itself that decoding may start with it; encoders' flags only
    /// say where one was meant to be. Every audio frame is one.
    pub fn starts_decoding(&self, frame: &[u8]) -> bool {
        match self {
            Self::H264(config) => h264::has_idr(frame, config.nal_length_size),
            Self::Hevc(config) => hevc::has_irap(frame, config.nal_length_size),
            Self::Av1(_) => av1::has_key_frame(frame),
            Self::Aac(_) | Self::Opus(_) => true,
        }
    }
}

/// The pictures of a track, whatever codes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// Width of the shown picture in pixels.
    pub width: u32,
    /// Height of the shown picture in pixels.
    pub height: u32,
    /// Width to height of one pixel, where the stream states it, in lowest terms.
    pub pixel_aspect: Option<(u16, u16)>,
    /// Frames per second, where the stream states it.
    pub frame_rate: Option<FrameRate>,
    /// How many frames may precede another in decoding order and follow it in output order; `None`
    /// where the stream does not say.
    pub max_reorder_frames: Option<u8>,
    /// The dynamic range.
    pub range: VideoRange,
}

/// The sound of a track, whatever codes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sound {
    /// Samples per second, which is the track's timescale.
    pub sample_rate: u32,
    /// Channels at the output.
    pub channels: u8,
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
    /// The coded bytes: length-prefixed NAL units for H.264 and HEVC, a temporal unit for AV1, one
    /// raw access unit for AAC, one packet for Opus.
    pub data: Bytes,
}
