//! Peers that want memory or time.

use super::*;
use crate::rtmp::{Limits, RtmpError};

fn error_of(peer: &mut Peer, bytes: &[u8]) -> RtmpError {
    peer.server.receive(bytes).unwrap_err()
}

#[test]
fn a_peer_without_a_key_gets_the_setup_bytes_and_no_more() {
    let limits = Limits { setup_bytes: 10_000, ..Limits::default() };
    let config = || ServerConfig { limits, ..ServerConfig::default() };
    let mut idle = ServerSession::new(config());
    let error = idle.receive(&[3; 10_001]).unwrap_err();
    assert_eq!(error, RtmpError::SetupTooLong(10_000));

    let mut peer = Peer::publishing(config());
    let mut sent = 0;
    let error = loop {
        let frame =
            Message { kind: kind::VIDEO, stream_id: 1, timestamp: 0, body: vec![0; 500].into() };
        peer.link.writer().write(6, &frame);
        if let Err(error) = peer.server.receive(&peer.link.take_output()) {
            break error;
        }
        sent += 500;
        assert!(sent < 10_000);
    };
    assert_eq!(error, RtmpError::SetupTooLong(10_000));
    // What was whole before that is still there, and nothing comes after it.
    assert_eq!(peer.events().len(), sent / 500);
    assert_eq!(peer.server.receive(&vec![0; 100_000]), Ok(()));
    assert_eq!(peer.events(), []);
}

#[test]
fn short_messages_before_the_answer_are_few() {
    let mut peer = Peer::publishing(ServerConfig::default());
    (0..256).for_each(|_| peer.send(kind::AUDIO, 0, &b"x"[..]));
    let message = Message { kind: kind::AUDIO, stream_id: 1, timestamp: 0, body: vec![0].into() };
    peer.link.writer().write(6, &message);
    let bytes = peer.link.take_output();
    assert_eq!(error_of(&mut peer, &bytes), RtmpError::TooEager(256));
    assert_eq!(peer.events().len(), 256);
}

/// 64 chunk streams, each with a message of 8 MiB that never ends.
#[test]
fn a_peer_with_a_key_cannot_make_the_server_hold_more_than_the_bound() {
    let limits = Limits::default();
    let mut peer = Peer::publishing(ServerConfig::default());
    peer.server.accept_publish();
    let set_chunk_size = [0x02, 0, 0, 0, 0, 0, 4, kind::SET_CHUNK_SIZE, 0, 0, 0, 0, 0, 1, 0, 0];
    peer.server.receive(&set_chunk_size).unwrap();
    let payload = vec![0xaa; 1 << 16];
    let mut highest = 0;
    // The control stream and the command stream are in use.
    for round in 0..64_u8 {
        for stream in 0..61_u8 {
            let header = [0, stream, 0, 0, 0, 0x7f, 0xff, 0xff, kind::VIDEO, 1, 0, 0, 0];
            let header = if round == 0 { &header[..] } else { &[0xc0, stream][..] };
            let outcome = peer.server.receive(header).and_then(|()| peer.server.receive(&payload));
            highest = highest.max(peer.server.buffered_bytes());
            if let Err(error) = outcome {
                assert_eq!(error, RtmpError::TooMuchUnfinished(limits.partial_bytes));
                assert!(highest <= limits.partial_bytes, "{highest}");
                assert!(highest > limits.partial_bytes / 2, "{highest}");
                return;
            }
        }
    }
    panic!("the server took {highest} bytes");
}

#[test]
fn malformed_control_messages_are_refused() {
    for (kind, body) in [
        (kind::SET_CHUNK_SIZE, &b"\x00\x00\x00\x00"[..]),
        (kind::SET_CHUNK_SIZE, b"\x80\x00\x00\x00"),
        (kind::SET_CHUNK_SIZE, b"\x00\x00\x01"),
        (kind::WINDOW_ACK_SIZE, b""),
        (kind::USER_CONTROL, b"\x00"),
    ] {
        let mut peer = Peer::new(ServerConfig::default());
        peer.link.send_control(kind, body);
        let bytes = peer.link.take_output();
        assert_eq!(error_of(&mut peer, &bytes), RtmpError::MalformedControl(kind));
    }
}

#[test]
fn commands_that_cannot_be_read_are_refused() {
    for (body, message) in [
        (&b"\x05"[..], "RTMP command has no name"),
        (b"", "RTMP command has no name"),
        (b"\x02\x00\x07conn", "RTMP command cannot be read"),
    ] {
        let mut peer = Peer::new(ServerConfig::default());
        let body = Bytes::from_static(body);
        let command = Message { kind: kind::COMMAND_AMF0, stream_id: 0, timestamp: 0, body };
        peer.link.writer().write(3, &command);
        let bytes = peer.link.take_output();
        assert_eq!(error_of(&mut peer, &bytes).to_string(), message);
    }
}

#[test]
fn streams_without_end_are_refused() {
    let mut peer = Peer::publishing(ServerConfig::default());
    for _ in 1..8 {
        peer.say("createStream", [Value::Null]);
    }
    peer.link.send_command(0, &Command::new("createStream", 2.0, [Value::Null]));
    let bytes = peer.link.take_output();
    assert_eq!(error_of(&mut peer, &bytes), RtmpError::TooManyMessageStreams(8));
}

#[test]
fn pings_larger_than_pings_are_not_echoed() {
    let mut peer = Peer::publishing(ServerConfig::default());
    peer.flush();
    peer.link.send_control(kind::USER_CONTROL, [&[0, 6][..], &[1; 100]].concat());
    peer.server.receive(&peer.link.take_output()).unwrap();
    assert!(peer.server.take_output().is_empty());
}
