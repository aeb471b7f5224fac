//! Why a connection cannot go on.

use crate::amf0::Amf0Error;

/// Why a connection cannot go on: the peer broke the protocol or a limit. Close it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RtmpError {
    /// The first byte is that of another protocol or of an encrypted variant.
    #[error("not RTMP: {}", first_byte_meaning(*.0))]
    NotRtmp(u8),
    /// A shortened header where there is nothing to shorten from.
    #[error("RTMP chunk stream {0} starts without a full header")]
    NoPreviousHeader(u32),
    /// A new message on a chunk stream whose last message is not complete.
    #[error("RTMP chunk stream {0} starts a message inside another one")]
    InterruptedMessage(u32),
    /// More than [`Limits::message_bytes`](super::Limits::message_bytes).
    #[error("RTMP message of {length} bytes exceeds the limit of {limit}; lower the bitrate")]
    MessageTooLong {
        /// Bytes announced.
        length: usize,
        /// Bytes accepted.
        limit: usize,
    },
    /// More than [`Limits::chunk_streams`](super::Limits::chunk_streams).
    #[error("RTMP peer uses more than {0} chunk streams")]
    TooManyChunkStreams(usize),
    /// More than [`Limits::partial_bytes`](super::Limits::partial_bytes), or than
    /// [`Limits::setup_bytes`](super::Limits::setup_bytes) before a publish is accepted.
    #[error("RTMP peer left unfinished messages of more than {0} bytes")]
    TooMuchUnfinished(usize),
    /// More than [`Limits::setup_bytes`](super::Limits::setup_bytes).
    #[error("RTMP peer sent {0} bytes without publishing a stream")]
    SetupTooLong(usize),
    /// Media for a publish that is not accepted yet.
    #[error("RTMP peer sent more than {0} messages without waiting to be let in")]
    TooEager(usize),
    /// A protocol control message that does not have the form of its type.
    #[error("RTMP control message of type {0} is malformed")]
    MalformedControl(u8),
    /// A command whose values cannot be read.
    #[error("RTMP command cannot be read")]
    Command(#[from] Amf0Error),
    /// Values that do not begin with the name of a command.
    #[error("RTMP command has no name")]
    NamelessCommand,
    /// A `connect` without an application, or no `connect` at all before a stream command.
    #[error("RTMP peer did not connect to an application; use a URL such as rtmp://HOST/live")]
    NotConnected,
    /// More message streams than one connection needs.
    #[error("RTMP peer created more than {0} message streams")]
    TooManyMessageStreams(u32),
}

fn first_byte_meaning(byte: u8) -> &'static str {
    match byte {
        0x16 => "this is TLS; use rtmp:// on this port",
        b'G' | b'P' | b'H' | b'O' | b'D' | b'C' => "this looks like HTTP",
        6 | 8 => "encrypted RTMPE is not supported; use rtmp://",
        _ => "the first byte is not version 3",
    }
}
