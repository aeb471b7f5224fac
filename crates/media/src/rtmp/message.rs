//! Messages, the units that chunks carry.

use bytes::Bytes;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// The type, one of [`kind`].
    pub(super) kind: u8,
    /// The message stream; 0 is the connection itself.
    pub(super) stream_id: u32,
    /// Milliseconds, wrapping.
    pub(super) timestamp: u32,
    /// At most 16 MiB - 1.
    pub(super) body: Bytes,
}

impl Message {
    /// A message about the connection itself.
    pub(super) fn control(kind: u8, body: impl AsRef<[u8]>) -> Self {
        Self { kind, stream_id: 0, timestamp: 0, body: Bytes::copy_from_slice(body.as_ref()) }
    }
}

/// Message types.
pub(super) mod kind {
    pub(in super::super) const SET_CHUNK_SIZE: u8 = 1;
    pub(in super::super) const ABORT: u8 = 2;
    pub(in super::super) const ACKNOWLEDGEMENT: u8 = 3;
    pub(in super::super) const USER_CONTROL: u8 = 4;
    pub(in super::super) const WINDOW_ACK_SIZE: u8 = 5;
    pub(in super::super) const SET_PEER_BANDWIDTH: u8 = 6;
    pub(in super::super) const AUDIO: u8 = 8;
    pub(in super::super) const VIDEO: u8 = 9;
    pub(in super::super) const DATA_AMF3: u8 = 15;
    pub(in super::super) const COMMAND_AMF3: u8 = 17;
    pub(in super::super) const DATA_AMF0: u8 = 18;
    pub(in super::super) const COMMAND_AMF0: u8 = 20;
    pub(in super::super) const AGGREGATE: u8 = 22;
}

/// Event types of user control messages.
pub(super) mod user_control {
    pub(in super::super) const STREAM_BEGIN: u16 = 0;
    pub(in super::super) const PING_REQUEST: u16 = 6;
    pub(in super::super) const PING_RESPONSE: u16 = 7;
}
