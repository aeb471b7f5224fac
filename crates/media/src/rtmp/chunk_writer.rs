//! Messages to chunks.

use bytes::{BufMut, Bytes, BytesMut};

use super::message::{Message, kind};

/// The first timestamp that does not fit the header.
const EXTENDED: u32 = 0xff_ffff;

/// Cuts messages into chunks, with the shortest headers that the receiver can complete.
#[derive(Debug)]
pub(super) struct ChunkWriter {
    chunk_size: usize,
    last: Vec<LastHeader>,
    out: BytesMut,
}

#[derive(Debug)]
struct LastHeader {
    chunk_stream: u8,
    stream_id: u32,
    timestamp: u32,
    /// Unknown after a full header: receivers disagree on what a type 3 header means there.
    delta: Option<u32>,
    length: usize,
    kind: u8,
}

impl ChunkWriter {
    /// A writer with the chunk size that every connection begins with.
    pub(super) fn new() -> Self {
        Self { chunk_size: 128, last: Vec::new(), out: BytesMut::new() }
    }

    /// Tells the peer a new chunk size and uses it from then on.
    pub(super) fn set_chunk_size(&mut self, size: u32) {
        let size = size.clamp(1, 0xff_ffff);
        self.write(2, &Message::control(kind::SET_CHUNK_SIZE, size.to_be_bytes()));
        self.chunk_size = size as usize;
    }

    /// Bytes that are not chunks: the handshake.
    pub(super) fn raw(&mut self) -> &mut BytesMut {
        &mut self.out
    }

    /// Everything written since the last call.
    pub(super) fn take(&mut self) -> Bytes {
        self.out.split().freeze()
    }

    /// Writes one message on a chunk stream from 2 to 63. A body is cut at 16 MiB - 1.
    pub(super) fn write(&mut self, chunk_stream: u8, message: &Message) {
        let body = &message.body[..message.body.len().min(0xff_ffff)];
        self.out.reserve(32 + body.len() + 5 * (body.len() / self.chunk_size));
        let extended = self.write_header(chunk_stream, message, body.len());
        for (index, piece) in body.chunks(self.chunk_size).enumerate() {
            if index > 0 {
                self.out.put_u8(3 << 6 | chunk_stream);
                if let Some(timestamp) = extended {
                    self.out.put_u32(timestamp);
                }
            }
            self.out.put_slice(piece);
        }
    }

    /// Returns the extended timestamp, if there is one.
    fn write_header(&mut self, chunk_stream: u8, message: &Message, length: usize) -> Option<u32> {
        let index = self.last.iter().position(|last| last.chunk_stream == chunk_stream);
        let (format, time) = header_format(index.map(|index| &self.last[index]), message, length);
        let header = LastHeader {
            chunk_stream,
            stream_id: message.stream_id,
            timestamp: message.timestamp,
            delta: (format > 0).then_some(time),
            length,
            kind: message.kind,
        };
        match index {
            Some(index) => self.last[index] = header,
            None => self.last.push(header),
        }
        self.out.put_u8(format << 6 | chunk_stream);
        if format < 3 {
            self.out.put_uint(time.min(EXTENDED).into(), 3);
        }
        if format < 2 {
            self.out.put_uint(length as u64, 3);
            self.out.put_u8(message.kind);
        }
        if format == 0 {
            self.out.put_u32_le(message.stream_id);
        }
        let extended = (time >= EXTENDED).then_some(time);
        if let Some(timestamp) = extended {
            self.out.put_u32(timestamp);
        }
        extended
    }
}

/// The header type, and the timestamp or the difference that it says.
fn header_format(last: Option<&LastHeader>, message: &Message, length: usize) -> (u8, u32) {
    let Some(last) = last.filter(|last| last.stream_id == message.stream_id) else {
        return (0, message.timestamp);
    };
    let delta = message.timestamp.wrapping_sub(last.timestamp);
    if delta >= 1 << 31 {
        (0, message.timestamp)
    } else if last.length != length || last.kind != message.kind {
        (1, delta)
    } else if last.delta != Some(delta) {
        (2, delta)
    } else {
        (3, delta)
    }
}
