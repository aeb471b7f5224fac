//! Chunks to messages.
//!
//! Payload bytes are copied once, from the input into the message they belong to.

use bytes::Bytes;

use super::{Limits, RtmpError, message::Message};

/// What a message reserves when it begins, unless it is shorter; more as its bytes arrive.
const FIRST_RESERVATION: usize = 64 << 10;
/// Basic header, message header and extended timestamp at their longest.
const LONGEST_HEADER: usize = 3 + 11 + 4;
/// The timestamp field that says that the timestamp follows the header.
const EXTENDED: u32 = 0xff_ffff;

/// Puts messages together from chunks, which may arrive cut anywhere.
#[derive(Debug)]
pub(super) struct ChunkReader {
    limits: Limits,
    chunk_size: usize,
    streams: Vec<ChunkStream>,
    /// Bytes that were taken off the input to decide what they are.
    peeked: Peeked,
    /// The chunk stream and the bytes that are missing from the chunk being read.
    payload: Option<(usize, usize)>,
    reserved: usize,
    reservation_limit: usize,
}

impl ChunkReader {
    /// A reader with the chunk size that every connection begins with.
    pub(super) fn new(limits: Limits, reservation_limit: usize) -> Self {
        Self {
            limits,
            chunk_size: 128,
            streams: Vec::new(),
            peeked: Peeked::default(),
            payload: None,
            reserved: 0,
            reservation_limit,
        }
    }

    /// Follows the peer's Set Chunk Size.
    pub(super) fn set_chunk_size(&mut self, size: usize) {
        self.chunk_size = size;
    }

    /// Changes the bound on memory for unfinished messages.
    pub(super) fn set_reservation_limit(&mut self, limit: usize) {
        self.reservation_limit = limit;
    }

    /// Forgets the unfinished message of a chunk stream.
    pub(super) fn abort(&mut self, chunk_stream: u32) {
        if let Some(stream) = self.streams.iter_mut().find(|stream| stream.id == chunk_stream) {
            self.reserved -= stream.body.capacity();
            stream.body = Vec::new();
            stream.unfinished = false;
        }
    }

    /// Memory held for unfinished messages.
    pub(super) fn reserved(&self) -> usize {
        self.reserved
    }

    /// Takes bytes off `input` until a message is whole or the input ends.
    pub(super) fn next_message(&mut self, input: &mut &[u8]) -> Result<Option<Message>, RtmpError> {
        loop {
            if self.payload.is_none() && !self.read_header(input)? {
                return Ok(None);
            }
            let Some((index, missing)) = self.payload else { continue };
            let missing = self.read_payload(index, missing, input)?;
            if missing > 0 {
                self.payload = Some((index, missing));
                return Ok(None);
            }
            self.payload = None;
            let stream = &mut self.streams[index];
            if stream.body.len() == stream.length {
                self.reserved -= stream.body.capacity();
                return Ok(Some(stream.finish()));
            }
        }
    }

    /// Returns the bytes that are still missing from the chunk.
    fn read_payload(
        &mut self,
        index: usize,
        missing: usize,
        input: &mut &[u8],
    ) -> Result<usize, RtmpError> {
        let peeked = missing.min(self.peeked.length);
        let direct = input.len().min(missing - peeked);
        self.reserve(index, peeked + direct)?;
        let body = &mut self.streams[index].body;
        body.extend_from_slice(&self.peeked.bytes[..peeked]);
        self.peeked.consume(peeked);
        let (now, later) = input.split_at(direct);
        body.extend_from_slice(now);
        *input = later;
        Ok(missing - peeked - direct)
    }

    fn reserve(&mut self, index: usize, additional: usize) -> Result<(), RtmpError> {
        let ChunkStream { body, length, .. } = &mut self.streams[index];
        let (needed, before) = (body.len() + additional, body.capacity());
        if needed <= before {
            return Ok(());
        }
        let wanted = needed.max(2 * before).max(FIRST_RESERVATION).min(*length);
        if self.reserved - before + wanted > self.reservation_limit {
            return Err(RtmpError::TooMuchUnfinished(self.reservation_limit));
        }
        body.reserve_exact(wanted - body.len());
        self.reserved = self.reserved - before + body.capacity();
        Ok(())
    }

    /// Reads a chunk header and sets `payload`, or says that the input ended before that.
    fn read_header(&mut self, input: &mut &[u8]) -> Result<bool, RtmpError> {
        let Some((basic, id)) = self.read_basic_header(input) else { return Ok(false) };
        let format = self.peeked.bytes[0] >> 6;
        let message_header = match format {
            0 => 11,
            1 => 7,
            2 => 3,
            _ => 0,
        };
        let mut length = basic + message_header;
        if !self.peeked.fill(length, input) {
            return Ok(false);
        }
        let known = self.streams.iter().position(|stream| stream.id == id);
        let extended = if format == 3 {
            let last = known.and_then(|index| self.streams[index].extended);
            match self.extended_again(last, length, input) {
                Repeated::Yes => last,
                Repeated::No => None,
                Repeated::Unknown => return Ok(false),
            }
        } else if self.peeked.u24(basic) == EXTENDED {
            if !self.peeked.fill(length + 4, input) {
                return Ok(false);
            }
            Some(self.peeked.u32(length))
        } else {
            None
        };
        length += if extended.is_some() { 4 } else { 0 };
        let index = match known {
            Some(index) => index,
            None => self.open_stream(id, format)?,
        };
        self.begin_chunk(index, format, basic, extended)?;
        self.peeked.consume(length);
        Ok(true)
    }

    /// The length of the basic header and the chunk stream it names.
    fn read_basic_header(&mut self, input: &mut &[u8]) -> Option<(usize, u32)> {
        if !self.peeked.fill(1, input) {
            return None;
        }
        let length = match self.peeked.bytes[0] & 0x3f {
            0 => 2,
            1 => 3,
            id => return Some((1, id.into())),
        };
        if !self.peeked.fill(length, input) {
            return None;
        }
        let [_, low, high, ..] = self.peeked.bytes;
        let high = if length == 3 { u32::from(high) << 8 } else { 0 };
        Some((length, 64 + u32::from(low) + high))
    }

    /// Whether a chunk without a header of its own repeats the extended timestamp, as the
    /// specification says and not every encoder does: the four bytes are compared.
    fn extended_again(&mut self, last: Option<u32>, offset: usize, input: &mut &[u8]) -> Repeated {
        let Some(last) = last else { return Repeated::No };
        for (index, byte) in last.to_be_bytes().into_iter().enumerate() {
            if !self.peeked.fill(offset + index + 1, input) {
                return Repeated::Unknown;
            }
            if self.peeked.bytes[offset + index] != byte {
                return Repeated::No;
            }
        }
        Repeated::Yes
    }

    fn open_stream(&mut self, id: u32, format: u8) -> Result<usize, RtmpError> {
        // Encoders begin the control stream with a type 1 header; it is whole but for the message
        // stream, which is 0.
        if format > 1 {
            return Err(RtmpError::NoPreviousHeader(id));
        }
        if self.streams.len() >= self.limits.chunk_streams {
            return Err(RtmpError::TooManyChunkStreams(self.limits.chunk_streams));
        }
        self.streams.push(ChunkStream { id, ..ChunkStream::default() });
        Ok(self.streams.len() - 1)
    }

    fn begin_chunk(
        &mut self,
        index: usize,
        format: u8,
        basic: usize,
        extended: Option<u32>,
    ) -> Result<(), RtmpError> {
        let stream = &mut self.streams[index];
        if !stream.unfinished {
            stream.begin_message(format, &self.peeked, basic, extended);
            let (length, limit) = (stream.length, self.limits.message_bytes);
            if length > limit {
                return Err(RtmpError::MessageTooLong { length, limit });
            }
        } else if format != 3 {
            return Err(RtmpError::InterruptedMessage(stream.id));
        }
        self.payload = Some((index, self.chunk_size.min(stream.length - stream.body.len())));
        Ok(())
    }
}

enum Repeated {
    Yes,
    No,
    Unknown,
}

/// What the next header of a chunk stream may leave out, and the message being put together.
#[derive(Debug, Default)]
struct ChunkStream {
    id: u32,
    timestamp: u32,
    delta: u32,
    extended: Option<u32>,
    length: usize,
    kind: u8,
    message_stream: u32,
    unfinished: bool,
    body: Vec<u8>,
}

impl ChunkStream {
    fn begin_message(&mut self, format: u8, header: &Peeked, at: usize, extended: Option<u32>) {
        if format < 3 {
            self.delta = extended.unwrap_or_else(|| header.u24(at));
            self.extended = extended;
        }
        if format < 2 {
            self.length = header.u24(at + 3) as usize;
            self.kind = header.bytes[at + 6];
        }
        if format == 0 {
            let [a, b, c, d] = header.u32(at + 7).to_be_bytes();
            self.message_stream = u32::from_le_bytes([a, b, c, d]);
            // A type 3 header after this one adds the timestamp again: the specification says so
            // in 5.3.1.2.4, and FFmpeg counts on it.
            self.timestamp = self.delta;
        } else {
            self.timestamp = self.timestamp.wrapping_add(self.delta);
        }
        self.unfinished = true;
    }

    fn finish(&mut self) -> Message {
        self.unfinished = false;
        Message {
            kind: self.kind,
            stream_id: self.message_stream,
            timestamp: self.timestamp,
            body: Bytes::from(std::mem::take(&mut self.body)),
        }
    }
}

/// The first bytes of the input, collected until they make a header.
#[derive(Debug, Default)]
struct Peeked {
    bytes: [u8; LONGEST_HEADER],
    length: usize,
}

impl Peeked {
    /// Takes bytes off `input` until there are `length`, and says whether there are.
    fn fill(&mut self, length: usize, input: &mut &[u8]) -> bool {
        let missing = length.saturating_sub(self.length);
        let (now, later) = input.split_at(missing.min(input.len()));
        self.bytes[self.length..self.length + now.len()].copy_from_slice(now);
        self.length += now.len();
        *input = later;
        now.len() == missing
    }

    fn consume(&mut self, count: usize) {
        self.bytes.copy_within(count..self.length, 0);
        self.length -= count;
    }

    fn u24(&self, at: usize) -> u32 {
        let [_, high, mid, low] = [0, self.bytes[at], self.bytes[at + 1], self.bytes[at + 2]];
        u32::from_be_bytes([0, high, mid, low])
    }

    fn u32(&self, at: usize) -> u32 {
        self.u24(at) << 8 | u32::from(self.bytes[at + 3])
    }
}
