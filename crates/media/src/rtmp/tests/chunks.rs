//! Chunks, written by ours and by hand.

use proptest::prelude::*;

use super::super::{
    Limits, RtmpError, chunk_reader::ChunkReader, chunk_writer::ChunkWriter, message::Message,
};

const LIMITS: Limits =
    Limits { message_bytes: 1 << 16, chunk_streams: 4, partial_bytes: 1 << 17, setup_bytes: 0 };

fn reader() -> ChunkReader {
    ChunkReader::new(LIMITS, LIMITS.partial_bytes)
}

fn read(reader: &mut ChunkReader, mut input: &[u8]) -> Result<Vec<Message>, RtmpError> {
    let mut messages = Vec::new();
    while let Some(message) = reader.next_message(&mut input)? {
        messages.push(message);
    }
    assert!(input.is_empty());
    Ok(messages)
}

/// Timestamps and bodies of the messages in these chunks.
fn heard(chunks: &[&[u8]]) -> Result<Vec<(u32, Vec<u8>)>, RtmpError> {
    let messages = read(&mut reader(), &chunks.concat())?;
    Ok(messages.into_iter().map(|message| (message.timestamp, message.body.to_vec())).collect())
}

#[track_caller]
fn refused(chunks: &[&[u8]], error: RtmpError) {
    assert_eq!(heard(chunks), Err(error));
}

/// A full header: chunk stream 5, type 9, message stream 1.
fn full(timestamp: u32, length: u8) -> Vec<u8> {
    let [_, t2, t1, t0] = timestamp.to_be_bytes();
    vec![5, t2, t1, t0, 0, 0, length, 9, 1, 0, 0, 0]
}

#[test]
fn shortened_headers_repeat_what_they_leave_out() {
    let chunks: [&[u8]; 5] = [
        &[&full(1000, 1)[..], b"a"].concat(),
        b"\x45\x00\x00\x28\x00\x00\x02\x08bb",
        b"\x85\x00\x00\x15cc",
        b"\xc5dd",
        b"\xc5ee",
    ];
    let expected = [(1000, "a"), (1040, "bb"), (1061, "cc"), (1082, "dd"), (1103, "ee")];
    let expected = expected.map(|(timestamp, body)| (timestamp, body.as_bytes().to_vec()));
    assert_eq!(heard(&chunks).unwrap(), expected);
}

#[test]
fn a_bare_header_after_a_full_one_adds_the_timestamp_again() {
    let chunks: [&[u8]; 3] = [&full(20, 1), b"a", b"\xc5b"];
    assert_eq!(heard(&chunks).unwrap(), [(20, b"a".to_vec()), (40, b"b".to_vec())]);
}

#[test]
fn all_three_forms_of_the_chunk_stream_id_work() {
    let rest = b"\x00\x00\x07\x00\x00\x01\x09\x01\x00\x00\x00x";
    for basic in [&b"\x3f"[..], b"\x00\x00", b"\x00\xff", b"\x01\x00\x01", b"\x01\xff\xff"] {
        assert_eq!(heard(&[basic, rest]).unwrap(), [(7, b"x".to_vec())]);
    }
    // 2-byte and 3-byte forms of chunk stream 64 + 1 are the same chunk stream.
    let chunks: [&[u8]; 4] = [b"\x00\x01", rest, b"\xc1\x01\x00", b"y"];
    assert_eq!(heard(&chunks).unwrap(), [(7, b"x".to_vec()), (14, b"y".to_vec())]);
}

#[test]
fn the_control_stream_may_begin_without_a_message_stream() {
    let chunk = b"\x42\x00\x00\x05\x00\x00\x01\x04p";
    assert_eq!(heard(&[chunk]).unwrap(), [(5, b"p".to_vec())]);
}

#[test]
fn an_extended_timestamp_may_be_repeated_or_not() {
    let body: Vec<u8> = (0..200).collect();
    let header = [&full(0xff_ffff, 200)[..], b"\x01\x00\x00\x00"].concat();
    let repeated: [&[u8]; 4] = [&header, &body[..128], b"\xc5\x01\x00\x00\x00", &body[128..]];
    let left_out: [&[u8]; 4] = [&header, &body[..128], b"\xc5", &body[128..]];
    let expected = [(1 << 24, body.clone())];
    assert_eq!(heard(&repeated).unwrap(), expected);
    assert_eq!(heard(&left_out).unwrap(), expected);
    // Payload that begins like the timestamp, and a chunk shorter than the comparison.
    for tail in [&b"\x01\x00\x00\x07"[..], b"\x01\x00\x00", b"\x01", b"\x02"] {
        let body = [&body[..128], tail].concat();
        let length = u8::try_from(body.len()).unwrap();
        let header = [&full(0xff_ffff, length)[..], b"\x01\x00\x00\x00"].concat();
        let next = [&full(3, 1)[..], b"n"].concat();
        let chunks: [&[u8]; 5] = [&header, &body[..128], b"\xc5", tail, &next];
        assert_eq!(heard(&chunks).unwrap(), [(1 << 24, body), (3, b"n".to_vec())]);
    }
}

#[test]
fn an_extended_difference_adds_up() {
    let chunks: [&[u8]; 4] = [
        &[&full(5, 1)[..], b"a"].concat(),
        b"\x85\xff\xff\xff\x01\x00\x00\x00b",
        b"\xc5\x01\x00\x00\x00c",
        b"\x85\x00\x00\x01d",
    ];
    let expected = [(5, "a"), (5 + (1 << 24), "b"), (5 + (2 << 24), "c"), (6 + (2 << 24), "d")];
    let expected = expected.map(|(timestamp, body)| (timestamp, body.as_bytes().to_vec()));
    assert_eq!(heard(&chunks).unwrap(), expected);
}

#[test]
fn what_cannot_be_followed_is_refused() {
    refused(&[b"\xc5x"], RtmpError::NoPreviousHeader(5));
    refused(&[b"\x85\x00\x00\x01x"], RtmpError::NoPreviousHeader(5));
    let begun = [&full(0, 200)[..], &[0; 128]].concat();
    refused(&[&begun, &full(0, 1)], RtmpError::InterruptedMessage(5));
    refused(
        &[b"\x05\x00\x00\x00\x01\x00\x01\x09\x01\x00\x00\x00"],
        RtmpError::MessageTooLong { length: (1 << 16) + 1, limit: 1 << 16 },
    );
    let empty = |id: u8| vec![id, 0, 0, 0, 0, 0, 0, 9, 1, 0, 0, 0];
    let streams: Vec<_> = (2..7).map(empty).collect();
    let streams: Vec<_> = streams.iter().map(Vec::as_slice).collect();
    refused(&streams, RtmpError::TooManyChunkStreams(4));
}

#[test]
fn unfinished_messages_are_bounded_and_can_be_aborted() {
    let mut reader = reader();
    let begin = |id: u8| [&[id, 0, 0, 0, 1, 0, 0, 9, 1, 0, 0, 0][..], &[7; 128]].concat();
    for id in [2, 3] {
        assert_eq!(read(&mut reader, &begin(id)), Ok(vec![]));
    }
    assert_eq!(reader.reserved(), 1 << 17);
    reader.abort(2);
    reader.abort(77);
    assert_eq!(reader.reserved(), 1 << 16);
    assert_eq!(read(&mut reader, &begin(2)), Ok(vec![]));
    assert_eq!(read(&mut reader, &begin(4)), Err(RtmpError::TooMuchUnfinished(1 << 17)));
    assert_eq!(reader.reserved(), 1 << 17);
}

fn any_message() -> impl Strategy<Value = Message> {
    let timestamp =
        prop_oneof![0..100_u32, 0xff_fff0..0x100_0010_u32, 0xffff_fff0..=u32::MAX, any::<u32>()];
    let body = prop_oneof![
        Just(Vec::new()),
        proptest::collection::vec(any::<u8>(), 0..64),
        proptest::collection::vec(0..2_u8, 64..2000),
    ];
    (8..10_u8, 0..2_u32, timestamp, body).prop_map(|(kind, stream_id, timestamp, body)| Message {
        kind,
        stream_id,
        timestamp,
        body: body.into(),
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_however_it_is_cut(
        messages in proptest::collection::vec((2..6_u8, any_message()), 1..12),
        chunk_size in prop_oneof![1..8_u32, 100..200_u32, Just(4096)],
        piece in 1..300_usize,
    ) {
        let (mut writer, mut reader) = (ChunkWriter::new(), reader());
        writer.set_chunk_size(chunk_size);
        let set_chunk_size = writer.take();
        read(&mut reader, &set_chunk_size).unwrap();
        reader.set_chunk_size(chunk_size as usize);
        for (chunk_stream, message) in &messages {
            writer.write(*chunk_stream, message);
        }
        let mut back = Vec::new();
        for piece in writer.take().chunks(piece) {
            back.extend(read(&mut reader, piece).unwrap());
        }
        let messages: Vec<_> = messages.into_iter().map(|(_, message)| message).collect();
        prop_assert_eq!(back, messages);
        prop_assert_eq!(reader.reserved(), 0);
    }

    /// Two messages whose chunks alternate in an order of the test's choosing.
    #[test]
    fn interleaved_messages_come_apart(
        first in proptest::collection::vec(any::<u8>(), 0..1000),
        second in proptest::collection::vec(any::<u8>(), 0..1000),
        order in proptest::collection::vec(any::<bool>(), 16),
        piece in 1..300_usize,
    ) {
        let chunks_of = |id: u8, body: &[u8]| {
            let [_, _, high, low] = u32::try_from(body.len()).unwrap().to_be_bytes();
            let mut chunks = vec![vec![id, 0, 0, 1, 0, high, low, 9, 1, 0, 0, 0]];
            for (index, piece) in body.chunks(128).enumerate() {
                if index > 0 {
                    chunks.push(vec![0xc0 | id]);
                }
                chunks.last_mut().unwrap().extend_from_slice(piece);
            }
            chunks.into_iter()
        };
        let (mut left, mut right) = (chunks_of(4, &first), chunks_of(6, &second));
        let mut wire = Vec::new();
        for from_left in order {
            wire.extend(if from_left { left.next() } else { right.next() }.unwrap_or_default());
        }
        wire.extend(left.chain(right).flatten());

        let mut reader = reader();
        let mut back: Vec<Vec<u8>> = Vec::new();
        for piece in wire.chunks(piece) {
            back.extend(read(&mut reader, piece).unwrap().iter().map(|read| read.body.to_vec()));
        }
        let mut expected = [first, second];
        expected.sort();
        back.sort();
        prop_assert_eq!(back, expected);
    }

    #[test]
    fn any_bytes_are_read_or_refused_within_the_bound(
        bytes in proptest::collection::vec(any::<u8>(), 0..4096),
        chunk_size in 1..4096_usize,
    ) {
        let mut reader = reader();
        reader.set_chunk_size(chunk_size);
        let _ = read(&mut reader, &bytes);
        prop_assert!(reader.reserved() <= LIMITS.partial_bytes);
    }
}
