//! A client publishes to a server over a stream of bytes cut anywhere.

use proptest::prelude::*;

use super::*;
use crate::{amf0, flv::TagKind, rtmp::ClientEvent};

/// Delivers what each side has to say until neither has, in pieces.
fn exchange(client: &mut ClientSession, server: &mut ServerSession, piece: usize) {
    loop {
        let (up, down) = (client.take_output(), server.take_output());
        if up.is_empty() && down.is_empty() {
            return;
        }
        up.chunks(piece).for_each(|piece| server.receive(piece).unwrap());
        down.chunks(piece).for_each(|piece| client.receive(piece).unwrap());
    }
}

fn pair(chunk_size: u32) -> (ClientSession, ServerSession) {
    let mut config =
        ClientConfig::new("rtmp://example.test/live", "live", Secret::new("nxs_key?token=1"));
    config.chunk_size = chunk_size;
    (ClientSession::new(config), ServerSession::new(ServerConfig::default()))
}

fn any_tag() -> impl Strategy<Value = (TagKind, u32, Bytes)> {
    let kind = prop_oneof![Just(TagKind::Audio), Just(TagKind::Video)];
    let body = proptest::collection::vec(any::<u8>(), 1..3000).prop_map(Bytes::from);
    (kind, 0..3000_u32, body)
}

proptest! {
    #[test]
    fn every_tag_arrives_however_the_bytes_are_cut(
        start in prop_oneof![Just(0_u32), Just(0xff_fc00), Just(u32::MAX - 1500), any::<u32>()],
        tags in proptest::collection::vec(any_tag(), 1..10),
        chunk_size in prop_oneof![1..10_u32, 100..5000_u32],
        piece in 1..5000_usize,
    ) {
        let (mut client, mut server) = pair(chunk_size);
        exchange(&mut client, &mut server, piece);
        let requested = Event::PublishRequested {
            app: "live".to_owned(),
            stream_key: Secret::new("nxs_key"),
            query: Secret::new("token=1"),
            tc_url: "rtmp://example.test/live".to_owned(),
            encoder: Some("FMLE/3.0 (compatible; Nexus COS)".to_owned()),
        };
        prop_assert_eq!(server.poll_event(), Some(requested));
        server.accept_publish();
        exchange(&mut client, &mut server, piece);
        prop_assert_eq!(client.poll_event(), Some(ClientEvent::PublishAccepted));

        let metadata = Value::object([("width", Value::Number(320.0))]);
        let script = amf0::write_all(&[Value::string("onMetaData"), metadata.clone()]);
        client.send(TagKind::Script, 0, script.into());
        let mut expected = vec![Event::Metadata(metadata)];
        let mut timestamp_ms = u64::from(start);
        for (index, (kind, step, body)) in tags.into_iter().enumerate() {
            timestamp_ms += if index == 0 { 0 } else { u64::from(step) };
            let wrapped = u32::try_from(timestamp_ms & 0xffff_ffff).unwrap();
            client.send(kind, wrapped, body.clone());
            expected.push(match kind {
                TagKind::Video => Event::Video { timestamp_ms, body },
                _ => Event::Audio { timestamp_ms, body },
            });
        }
        client.finish();
        expected.push(Event::PublishEnded);
        exchange(&mut client, &mut server, piece);
        let events: Vec<_> = std::iter::from_fn(|| server.poll_event()).collect();
        prop_assert_eq!(events, expected);
        prop_assert_eq!(server.buffered_bytes(), 0);
    }

    #[test]
    fn both_sides_survive_any_bytes_after_the_handshake(
        bytes in proptest::collection::vec(any::<u8>(), 0..2000),
        piece in 1..500_usize,
    ) {
        let (mut client, mut server) = pair(4096);
        exchange(&mut client, &mut server, 4096);
        for piece in bytes.chunks(piece) {
            let _ = server.receive(piece);
            let _ = client.receive(piece);
        }
    }
}

#[test]
fn the_client_hears_why_it_is_rejected_and_the_session_is_over() {
    let cases = [
        (Rejection::BadName("the stream is live already".into()), "NetStream.Publish.BadName"),
        (Rejection::Denied("the key is not known".into()), "NetStream.Publish.Denied"),
        (Rejection::Rejected("HEVC is not supported".into()), "NetStream.Publish.Rejected"),
        (Rejection::Failed("the disk is full".into()), "NetStream.Failed"),
    ];
    for (rejection, code) in cases {
        for accept_first in [false, true] {
            let (mut client, mut server) = pair(4096);
            exchange(&mut client, &mut server, 100);
            assert!(matches!(server.poll_event(), Some(Event::PublishRequested { .. })));
            if accept_first {
                server.accept_publish();
                exchange(&mut client, &mut server, 100);
                assert_eq!(client.poll_event(), Some(ClientEvent::PublishAccepted));
            }
            server.reject_publish(&rejection);
            exchange(&mut client, &mut server, 100);
            assert_eq!(server.poll_event(), Some(Event::Closed));
            let description = rejection.description().to_owned();
            let rejected = ClientEvent::Rejected { code: code.to_owned(), description };
            assert_eq!(client.poll_event(), Some(rejected));
            client.send(TagKind::Video, 0, Bytes::from_static(b"late"));
            assert!(client.take_output().is_empty());
            server.receive(b"late").unwrap();
            assert_eq!(server.poll_event(), None);
        }
    }
}

#[test]
fn a_stream_key_does_not_reach_debug_output() {
    let (mut client, mut server) = pair(4096);
    exchange(&mut client, &mut server, 4096);
    let event = server.poll_event().unwrap();
    let words = format!("{client:?} {server:?} {event:?}");
    assert!(
        words.contains("PublishRequested") && !words.contains("nxs_") && !words.contains("token")
    );
}
