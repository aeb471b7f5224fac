//! FLV: the bodies of RTMP audio and video messages, and the file format around them.
//!
//! Formats: Adobe, *Video File Format Specification 10.1* (2010), annex E; Veovera, *Enhanced RTMP
//! v2* for the packets that name their codec by `FourCC`. Bodies are sliced, never copied.

mod audio;
mod enhanced;
mod file;
mod header;
mod video;

pub use audio::{AudioCodec, AudioPacket, AudioTag};
pub use file::{Tag, TagKind, TagReader, file_header};
pub use video::{VideoCodec, VideoPacket, VideoTag};

/// What can be streamed, for messages to the person at the encoder.
pub const SUPPORTED: &str = "H.264, HEVC or AV1 video and AAC or Opus audio";

/// Why a message body or a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlvError {
    /// The bytes end inside a header.
    #[error("FLV {0} is cut off")]
    Truncated(&'static str),
    /// A codec other than the supported ones, by the name that encoders show.
    #[error("{0} is not supported; set the encoder to {SUPPORTED}")]
    UnsupportedCodec(String),
    /// More tracks in one message than any ladder has (Enhanced RTMP v2).
    #[error("Enhanced RTMP {0} message has more than {1} tracks")]
    TooManyTracks(&'static str, usize),
    /// A packet type that the format does not define.
    #[error("FLV {0} packet has unknown type {1}")]
    UnknownPacketType(&'static str, u8),
    /// The bytes are not an FLV file.
    #[error("not an FLV file: it does not start with \"FLV\"")]
    NotFlv,
    /// A tag longer than the reader accepts.
    #[error("FLV tag of {length} bytes exceeds the limit of {limit}")]
    TagTooLong {
        /// Bytes announced.
        length: usize,
        /// Bytes accepted.
        limit: usize,
    },
}
