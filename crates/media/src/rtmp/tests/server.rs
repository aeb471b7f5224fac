//! The server's answers, one by one.

use bytes::{BufMut, BytesMut};

use super::*;
use crate::{
    amf0,
    flv::{Tag, TagKind},
};

fn video(timestamp_ms: u64, body: &'static [u8]) -> Event {
    Event::Video { timestamp_ms, body: Bytes::from_static(body) }
}

#[test]
fn connect_is_answered_before_anything_else_is() {
    let mut peer = Peer::new(ServerConfig::default());
    let app = [("app", Value::string("/live/?x=1")), ("tcUrl", Value::string("rtmp://h/live"))];
    peer.say("connect", [Value::object(app)]);
    assert_eq!(peer.last_information(), ("NetConnection.Connect.Success", "connected"));
    peer.say("createStream", [Value::Null]);
    assert_eq!(peer.heard.last().unwrap().values[1], Value::Number(1.0));
    peer.say("publish", [Value::Null, Value::string("key")]);
    let requested = Event::PublishRequested {
        app: "live".to_owned(),
        stream_key: Secret::new("key"),
        query: Secret::new("x=1"),
        tc_url: "rtmp://h/live".to_owned(),
        encoder: None,
    };
    assert_eq!(peer.events(), [requested]);
}

#[test]
fn a_peer_that_does_not_connect_is_refused() {
    for command in [
        Command::new("publish", 1.0, [Value::Null, Value::string("key")]),
        Command::new("connect", 1.0, [Value::object([("app", Value::string("/"))])]),
        Command::new("connect", 1.0, [Value::Null]),
    ] {
        let mut peer = Peer::new(ServerConfig::default());
        peer.link.send_command(0, &command);
        assert_eq!(
            peer.server.receive(&peer.link.take_output()).unwrap_err().to_string(),
            "RTMP peer did not connect to an application; use a URL such as rtmp://HOST/live"
        );
    }
}

#[test]
fn media_that_does_not_wait_for_the_answer_is_kept() {
    let mut peer = Peer::publishing(ServerConfig::default());
    peer.send(kind::VIDEO, 10, &b"early"[..]);
    peer.server.accept_publish();
    peer.flush();
    assert_eq!(peer.last_information().0, "NetStream.Publish.Start");
    peer.send(kind::VIDEO, 20, &b"later"[..]);
    peer.send(kind::AUDIO, 21, &b""[..]);
    assert_eq!(peer.events(), [video(10, b"early"), video(20, b"later")]);
}

#[test]
fn media_of_a_refused_publish_is_dropped() {
    let mut peer = Peer::publishing(ServerConfig::default());
    peer.send(kind::VIDEO, 10, &b"early"[..]);
    peer.server.reject_publish(&Rejection::Denied("no".to_owned()));
    assert_eq!(peer.events(), [Event::Closed]);
}

#[test]
fn a_connection_carries_one_stream_at_a_time() {
    let mut peer = Peer::publishing(ServerConfig::default());
    peer.server.accept_publish();
    peer.say("publish", [Value::Null, Value::string("other")]);
    let told = ("NetStream.Publish.BadName", "this connection already has a stream");
    assert_eq!(peer.last_information(), told);
    peer.send(kind::VIDEO, 5, &b"goes on"[..]);
    assert_eq!(peer.events(), [video(5, b"goes on")]);
}

#[test]
fn each_way_to_end_ends_once_and_the_peer_may_publish_again() {
    let mut peer = Peer::publishing(ServerConfig::default());
    for way in ["FCUnpublish", "deleteStream", "closeStream"] {
        peer.server.accept_publish();
        peer.send(kind::VIDEO, u32::MAX, &b"x"[..]);
        peer.say(way, [Value::Null]);
        peer.say("deleteStream", [Value::Null]);
        peer.send(kind::VIDEO, 1, &b"after the end"[..]);
        let expected = [video(u64::from(u32::MAX), b"x"), Event::PublishEnded];
        assert_eq!(peer.events(), expected);
        peer.say("publish", [Value::Null, Value::string("key")]);
        assert!(matches!(peer.events()[..], [Event::PublishRequested { .. }]));
    }
    peer.say("closeStream", [Value::Null]);
    assert_eq!(peer.events(), [Event::PublishEnded]);
    peer.server.accept_publish();
    peer.server.reject_publish(&Rejection::Failed("too late".to_owned()));
    assert_eq!(peer.events(), []);
}

#[test]
fn a_player_is_told_that_it_cannot_play() {
    let mut peer = Peer::new(ServerConfig::default());
    peer.say("connect", [Value::object([("app", Value::string("live"))])]);
    peer.say("play", [Value::Null, Value::string("show")]);
    let requested =
        Event::PlayRequested { app: "live".to_owned(), stream_name: Secret::new("show") };
    assert_eq!(peer.events(), [requested]);
    peer.server.reject_play("open the stream in a browser");
    assert_eq!(peer.events(), [Event::Closed]);
    peer.flush();
    let told = ("NetStream.Play.Failed", "open the stream in a browser");
    assert_eq!(peer.last_information(), told);
}

#[test]
fn an_unknown_command_is_answered_when_it_asks_for_it() {
    let mut peer = Peer::publishing(ServerConfig::default());
    peer.say("getStreamLength", [Value::Null]);
    assert_eq!(peer.heard.last().unwrap().name, "_error");
    let told = ("NetConnection.Call.Failed", "getStreamLength is not supported");
    assert_eq!(peer.last_information(), told);
    let heard = peer.heard.len();
    peer.link.send_command(0, &Command::new("onFCWhatever", 0.0, []));
    peer.say("_result", [Value::Null]);
    assert_eq!(peer.heard.len(), heard);
}

#[test]
fn amf3_messages_that_carry_amf0_are_read() {
    let mut peer = Peer::publishing(ServerConfig::default());
    peer.server.accept_publish();
    let data = Value::object([("fps", Value::Number(30.0))]);
    let mut body = vec![0];
    body.extend(amf0::write_all(&[Value::string("onMetaData"), data.clone()]));
    peer.send(kind::DATA_AMF3, 0, body.clone());
    peer.send(kind::DATA_AMF0, 0, body.split_off(1));
    let mut close = vec![0];
    close.extend_from_slice(&Command::new("closeStream", 0.0, [Value::Null]).to_body());
    peer.send(kind::COMMAND_AMF3, 0, close);
    let events = [Event::Metadata(data.clone()), Event::Metadata(data), Event::PublishEnded];
    assert_eq!(peer.events(), events);
}

#[test]
fn metadata_that_cannot_be_read_does_not_end_the_stream() {
    let mut peer = Peer::publishing(ServerConfig::default());
    peer.send(kind::DATA_AMF0, 0, &b"\x02\x00\x0aonMetaData\x11"[..]);
    peer.send(kind::DATA_AMF0, 0, amf0::write_all(&[Value::string("onTextData"), Value::Null]));
    assert_eq!(peer.events(), []);
}

#[test]
fn aggregates_come_apart() {
    let mut peer = Peer::publishing(ServerConfig::default());
    let mut body = BytesMut::new();
    for (kind, timestamp_ms) in [(TagKind::Video, 0), (TagKind::Audio, 21)] {
        let tag = Tag { kind, timestamp_ms, body: Bytes::from_static(b"x") };
        body.put_slice(&tag.to_bytes());
    }
    peer.send(kind::AGGREGATE, 500, body.freeze());
    let audio = Event::Audio { timestamp_ms: 521, body: Bytes::from_static(b"x") };
    assert_eq!(peer.events(), [video(500, b"x"), audio]);
}

#[test]
fn a_ping_is_answered_and_bytes_are_acknowledged() {
    let mut peer = Peer::publishing(ServerConfig::default());
    peer.server.accept_publish();
    peer.flush();
    peer.link.send_control(kind::USER_CONTROL, [0, 6, 1, 2, 3, 4]);
    peer.server.receive(&peer.link.take_output()).unwrap();
    assert!(peer.server.take_output().ends_with(&[0, 7, 1, 2, 3, 4]));

    // The server follows the window that the peer names, and counts every byte.
    peer.link.send_control(kind::WINDOW_ACK_SIZE, 5000_u32.to_be_bytes());
    let frame =
        Message { kind: kind::VIDEO, stream_id: 1, timestamp: 0, body: vec![0; 6000].into() };
    peer.link.writer().write(6, &frame);
    peer.server.receive(&peer.link.take_output()).unwrap();
    let output = peer.server.take_output();
    let (header, count) = output.split_last_chunk::<4>().unwrap();
    assert_eq!(header.last(), Some(&kind::ACKNOWLEDGEMENT));
    assert!((9000..10_000).contains(&u32::from_be_bytes(*count)), "{count:?}");
    // And not again before the next window.
    peer.send(kind::VIDEO, 0, vec![0; 1000]);
    assert!(peer.server.take_output().is_empty());
}
