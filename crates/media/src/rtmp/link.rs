//! What both ends of a connection do with every message: chunking, acknowledgement, pings.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::{
    Limits, RtmpError,
    chunk_reader::ChunkReader,
    chunk_writer::ChunkWriter,
    command::Command,
    message::{Message, kind, user_control},
};

/// The chunk stream of protocol control messages.
const CONTROL_CHUNKS: u8 = 2;
/// The chunk stream of commands.
const COMMAND_CHUNKS: u8 = 3;
/// Bytes between acknowledgements when the peer does not say.
const DEFAULT_WINDOW: u64 = 2_500_000;
/// A smaller window would cost more in acknowledgements than it tells.
const SMALLEST_WINDOW: u64 = 4096;

/// A connection after its handshake.
#[derive(Debug)]
pub(super) struct Link {
    reader: ChunkReader,
    writer: ChunkWriter,
    received: u64,
    acknowledged: u64,
    window: u64,
}

impl Link {
    pub(super) fn new(limits: Limits, reservation_limit: usize) -> Self {
        Self {
            reader: ChunkReader::new(limits, reservation_limit),
            writer: ChunkWriter::new(),
            received: 0,
            acknowledged: 0,
            window: DEFAULT_WINDOW,
        }
    }

    pub(super) fn reader(&mut self) -> &mut ChunkReader {
        &mut self.reader
    }

    pub(super) fn writer(&mut self) -> &mut ChunkWriter {
        &mut self.writer
    }

    /// Memory held for unfinished messages.
    pub(super) fn reserved(&self) -> usize {
        self.reader.reserved()
    }

    pub(super) fn take_output(&mut self) -> Bytes {
        self.writer.take()
    }

    /// Counts bytes for acknowledgement; the handshake counts too.
    pub(super) fn count(&mut self, bytes: usize) {
        self.received += bytes as u64;
    }

    /// The next message that is not about the connection itself.
    pub(super) fn receive(&mut self, input: &mut &[u8]) -> Result<Option<Message>, RtmpError> {
        while let Some(message) = self.reader.next_message(input)? {
            match message.kind {
                kind::SET_CHUNK_SIZE
                | kind::ABORT
                | kind::ACKNOWLEDGEMENT
                | kind::USER_CONTROL
                | kind::WINDOW_ACK_SIZE
                | kind::SET_PEER_BANDWIDTH => self.control(&message)?,
                _ => return Ok(Some(message)),
            }
        }
        self.acknowledge();
        Ok(None)
    }

    /// Sends a command on a message stream.
    pub(super) fn send_command(&mut self, stream_id: u32, command: &Command) {
        let body = command.to_body();
        let message = Message { kind: kind::COMMAND_AMF0, stream_id, timestamp: 0, body };
        self.writer.write(COMMAND_CHUNKS, &message);
    }

    /// Sends a message about the connection itself.
    pub(super) fn send_control(&mut self, kind: u8, body: impl AsRef<[u8]>) {
        self.writer.write(CONTROL_CHUNKS, &Message::control(kind, body));
    }

    /// Sends a user control event with its data.
    pub(super) fn send_user_control(&mut self, event: u16, data: &[u8]) {
        let mut body = BytesMut::with_capacity(2 + data.len());
        body.put_u16(event);
        body.put_slice(data);
        self.send_control(kind::USER_CONTROL, body);
    }

    fn control(&mut self, message: &Message) -> Result<(), RtmpError> {
        let mut body = &message.body[..];
        let malformed = RtmpError::MalformedControl(message.kind);
        if message.kind == kind::USER_CONTROL {
            let event = body.try_get_u16().map_err(|_| malformed)?;
            if event == user_control::PING_REQUEST && body.len() <= 8 {
                self.send_user_control(user_control::PING_RESPONSE, body);
            }
            return Ok(());
        }
        let value = body.try_get_u32().map_err(|_| malformed.clone())?;
        match message.kind {
            // The top bit must be zero; some encoders set a size beyond any message.
            kind::SET_CHUNK_SIZE if value == 0 || value >= 1 << 31 => return Err(malformed),
            kind::SET_CHUNK_SIZE => self.reader.set_chunk_size(value as usize),
            kind::ABORT => self.reader.abort(value),
            kind::WINDOW_ACK_SIZE => self.window = u64::from(value).max(SMALLEST_WINDOW),
            _ => {}
        }
        Ok(())
    }

    fn acknowledge(&mut self) {
        if self.received - self.acknowledged >= self.window {
            self.acknowledged = self.received;
            let [.., a, b, c, d] = self.received.to_be_bytes();
            self.send_control(kind::ACKNOWLEDGEMENT, [a, b, c, d]);
        }
    }
}
