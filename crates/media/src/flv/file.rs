//! The FLV file: a header, then tags, each followed by its own length.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::FlvError;

const FILE_HEADER_LENGTH: usize = 9;
const TAG_HEADER_LENGTH: usize = 11;
const TRAILER_LENGTH: usize = 4;

/// The type of a tag, and of the RTMP message that carries the same body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagKind {
    /// An audio body, see [`AudioTag`](super::AudioTag).
    Audio,
    /// A video body, see [`VideoTag`](super::VideoTag).
    Video,
    /// AMF0 values, `onMetaData` as a rule.
    Script,
}

/// One tag of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// What the body is.
    pub kind: TagKind,
    /// Decode time in milliseconds; wraps after 49.7 days.
    pub timestamp_ms: u32,
    /// The body, as in an RTMP message.
    pub body: Bytes,
}

impl Tag {
    /// The tag with its header and trailing length. The body must be shorter than 16 MiB; what is
    /// beyond is cut.
    pub fn to_bytes(&self) -> Bytes {
        let length = self.body.len().min(0xff_ffff);
        let mut out = BytesMut::with_capacity(TAG_HEADER_LENGTH + length + TRAILER_LENGTH);
        out.put_u8(match self.kind {
            TagKind::Audio => 8,
            TagKind::Video => 9,
            TagKind::Script => 18,
        });
        out.put_uint(length as u64, 3);
        let [extended, timestamp @ ..] = self.timestamp_ms.to_be_bytes();
        out.put_slice(&timestamp);
        out.put_u8(extended);
        out.put_uint(0, 3);
        out.put_slice(&self.body[..length]);
        out.put_uint((TAG_HEADER_LENGTH + length) as u64, 4);
        out.freeze()
    }
}

/// The start of a file, up to the first tag.
pub fn file_header(has_audio: bool, has_video: bool) -> [u8; FILE_HEADER_LENGTH + TRAILER_LENGTH] {
    let flags = u8::from(has_audio) << 2 | u8::from(has_video);
    [b'F', b'L', b'V', 1, flags, 0, 0, 0, 9, 0, 0, 0, 0]
}

/// Reads a file that arrives in pieces of any size, from a pipe for example.
///
/// At most one tag of `max_tag_length` bytes is held beside the piece that arrived last.
#[derive(Debug)]
pub struct TagReader {
    buffer: BytesMut,
    max_tag_length: usize,
    header_read: bool,
}

impl TagReader {
    /// A reader at the start of a file.
    pub fn new(max_tag_length: usize) -> Self {
        Self { buffer: BytesMut::new(), max_tag_length, header_read: false }
    }

    /// Takes the next piece of the file. Call [`TagReader::next_tag`] until it has no more before
    /// the next piece.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole tag. Tags of unknown types are skipped.
    pub fn next_tag(&mut self) -> Result<Option<Tag>, FlvError> {
        if !self.header_read && !self.read_file_header()? {
            return Ok(None);
        }
        loop {
            let Some(header) = self.buffer.first_chunk::<TAG_HEADER_LENGTH>() else {
                return Ok(None);
            };
            let &[kind, high, mid, low, time @ .., _, _, _] = header;
            let length = u32::from_be_bytes([0, high, mid, low]) as usize;
            if length > self.max_tag_length {
                return Err(FlvError::TagTooLong { length, limit: self.max_tag_length });
            }
            if self.buffer.len() < TAG_HEADER_LENGTH + length + TRAILER_LENGTH {
                return Ok(None);
            }
            self.buffer.advance(TAG_HEADER_LENGTH);
            let body = self.buffer.split_to(length).freeze();
            self.buffer.advance(TRAILER_LENGTH);
            let kind = match kind & 0x1f {
                8 => TagKind::Audio,
                9 => TagKind::Video,
                18 => TagKind::Script,
                _ => continue,
            };
            let [time_high, time_mid, time_low, time_extended] = time;
            let timestamp_ms = u32::from_be_bytes([time_extended, time_high, time_mid, time_low]);
            return Ok(Some(Tag { kind, timestamp_ms, body }));
        }
    }

    fn read_file_header(&mut self) -> Result<bool, FlvError> {
        let known = self.buffer.len().min(3);
        if self.buffer[..known] != b"FLV"[..known] {
            return Err(FlvError::NotFlv);
        }
        let Some(&[.., a, b, c, d]) = self.buffer.first_chunk::<FILE_HEADER_LENGTH>() else {
            return Ok(false);
        };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length > self.max_tag_length {
            return Err(FlvError::TagTooLong { length, limit: self.max_tag_length });
        }
        let skipped = length.max(FILE_HEADER_LENGTH) + TRAILER_LENGTH;
        if self.buffer.len() < skipped {
            return Ok(false);
        }
        self.buffer.advance(skipped);
        self.header_read = true;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_tag() -> impl Strategy<Value = Tag> {
        let kind = prop_oneof![Just(TagKind::Audio), Just(TagKind::Video), Just(TagKind::Script)];
        (kind, any::<u32>(), any::<Vec<u8>>()).prop_map(|(kind, timestamp_ms, body)| Tag {
            kind,
            timestamp_ms,
            body: body.into(),
        })
    }

    fn read(pieces: impl Iterator<Item = impl AsRef<[u8]>>) -> Result<Vec<Tag>, FlvError> {
        let mut reader = TagReader::new(1 << 16);
        let mut tags = Vec::new();
        for piece in pieces {
            reader.receive(piece.as_ref());
            while let Some(tag) = reader.next_tag()? {
                tags.push(tag);
            }
        }
        Ok(tags)
    }

    proptest! {
        #[test]
        fn tags_read_back_however_the_file_is_cut(
            tags in proptest::collection::vec(any_tag(), 0..8),
            piece in 1..64_usize,
        ) {
            let mut file = file_header(true, true).to_vec();
            for tag in &tags {
                file.extend_from_slice(&tag.to_bytes());
            }
            prop_assert_eq!(read(file.chunks(piece)), Ok(tags));
        }

        #[test]
        fn any_file_is_read_or_refused(bytes: Vec<u8>, piece in 1..16_usize) {
            let mut file = b"FLV\x01\x05\0\0\0\x09\0\0\0\0".to_vec();
            file.extend_from_slice(&bytes);
            let _ = read(file.chunks(piece));
            let _ = read(bytes.chunks(piece));
        }
    }

    #[test]
    fn refuses_what_is_not_flv_and_tags_past_the_limit() {
        assert_eq!(read([b"RIFF"].iter()), Err(FlvError::NotFlv));
        let tag = Tag { kind: TagKind::Video, timestamp_ms: 0, body: vec![0; 65_537].into() };
        let file = [&file_header(false, true)[..], &tag.to_bytes()].concat();
        let error = FlvError::TagTooLong { length: 65_537, limit: 65_536 };
        assert_eq!(read([file].iter()), Err(error));
    }
}
