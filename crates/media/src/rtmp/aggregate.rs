//! Aggregate messages: FLV tags in one message.

use bytes::Buf;

use super::message::Message;

/// The messages inside an aggregate. The timestamps of the tags are relative to the first one,
/// which stands at the timestamp of the aggregate. A tag that is cut off ends the list.
pub(super) fn split(aggregate: Message) -> impl Iterator<Item = Message> {
    let Message { stream_id, timestamp: start, mut body, .. } = aggregate;
    let mut first = None;
    std::iter::from_fn(move || {
        let &[kind, b2, b1, b0, t2, t1, t0, t3, _, _, _] = body.first_chunk()?;
        let length = u32::from_be_bytes([0, b2, b1, b0]) as usize;
        body.advance(11);
        if body.len() < length {
            return None;
        }
        let timestamp = u32::from_be_bytes([t3, t2, t1, t0]);
        let offset = timestamp.wrapping_sub(*first.get_or_insert(timestamp));
        let inner = body.split_to(length);
        // The back pointer of the last tag is sometimes left out.
        body.advance(body.len().min(4));
        let timestamp = start.wrapping_add(offset);
        Some(Message { kind, stream_id, timestamp, body: inner })
    })
}

#[cfg(test)]
mod tests {
    use bytes::{Bytes, BytesMut};

    use super::*;
    use crate::{
        flv::{Tag, TagKind},
        rtmp::message::kind,
    };

    fn tag(kind: TagKind, timestamp_ms: u32, body: &'static [u8]) -> Bytes {
        Tag { kind, timestamp_ms, body: Bytes::from_static(body) }.to_bytes()
    }

    #[test]
    fn tags_become_messages_on_the_time_of_the_aggregate() {
        let mut body = BytesMut::new();
        body.extend_from_slice(&tag(TagKind::Video, 40, b"v"));
        body.extend_from_slice(&tag(TagKind::Audio, 61, b"audio"));
        let inner = |body: BytesMut| {
            let aggregate = Message {
                kind: kind::AGGREGATE,
                stream_id: 1,
                timestamp: 1000,
                body: body.freeze(),
            };
            split(aggregate)
                .map(|message| (message.kind, message.timestamp, message.body))
                .collect::<Vec<_>>()
        };
        let video = (kind::VIDEO, 1000, Bytes::from_static(b"v"));
        let audio = (kind::AUDIO, 1021, Bytes::from_static(b"audio"));
        assert_eq!(inner(body.clone()), [video.clone(), audio.clone()]);
        body.truncate(body.len() - 4);
        assert_eq!(inner(body.clone()), [video.clone(), audio]);
        body.truncate(body.len() - 1);
        assert_eq!(inner(body), [video]);
    }
}
