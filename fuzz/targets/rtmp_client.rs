//! The RTMP client session against a server that says anything.
//!
//! The first byte of the input chooses the pieces; odd ones skip the handshake.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use media::{
    flv::TagKind,
    rtmp::{ClientConfig, ClientEvent, ClientSession, Limits, RtmpError, Secret},
};

fuzz_target!(|bytes: &[u8]| {
    let Some((&piece, bytes)) = bytes.split_first() else { return };
    let shake_hands = piece & 1 == 1;
    let whole = run(bytes, bytes.len().max(1), shake_hands);
    assert_eq!(run(bytes, usize::from(piece / 2) + 1, shake_hands), whole);
});

fn run(bytes: &[u8], piece: usize, shake_hands: bool) -> (Vec<ClientEvent>, Result<(), RtmpError>) {
    let config = ClientConfig::new("rtmp://example.test/live", "live", Secret::new("key"));
    let bound = Limits::default().partial_bytes;
    let mut session = ClientSession::new(config);
    if shake_hands {
        assert_eq!(session.receive(&[3; 1 + 2 * 1536]), Ok(()));
    }
    let mut events = Vec::new();
    for piece in bytes.chunks(piece) {
        let outcome = session.receive(piece);
        assert!(session.buffered_bytes() <= bound);
        events.extend(std::iter::from_fn(|| session.poll_event()));
        session.send(TagKind::Video, 40, Bytes::from_static(b"\x17\x02"));
        drop(session.take_output());
        if outcome.is_err() {
            return (events, outcome);
        }
    }
    (events, Ok(()))
}
