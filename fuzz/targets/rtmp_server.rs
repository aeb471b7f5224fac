//! The RTMP server session: bounded, and the same events however the bytes are cut.
//!
//! The first byte of the input chooses the pieces; odd ones skip the handshake, so that the rest
//! of the input is chunks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use media::rtmp::{Event, Limits, RtmpError, ServerConfig, ServerSession};

const LIMITS: Limits = Limits {
    message_bytes: 1 << 16,
    chunk_streams: 16,
    partial_bytes: 1 << 20,
    setup_bytes: 1 << 20,
};

fuzz_target!(|bytes: &[u8]| {
    let Some((&piece, bytes)) = bytes.split_first() else { return };
    let shake_hands = piece & 1 == 1;
    let whole = run(bytes, bytes.len().max(1), shake_hands);
    assert_eq!(run(bytes, usize::from(piece / 2) + 1, shake_hands), whole);
});

/// What the session says of these bytes. Events are compared as text, where NaN equals itself.
fn run(bytes: &[u8], piece: usize, shake_hands: bool) -> (String, Result<(), RtmpError>) {
    let mut session =
        ServerSession::new(ServerConfig { limits: LIMITS, ..ServerConfig::default() });
    if shake_hands {
        assert_eq!(session.receive(&[3; 1 + 2 * 1536]), Ok(()));
    }
    let mut events = Vec::new();
    let mut outcome = Ok(());
    for piece in bytes.chunks(piece) {
        outcome = session.receive(piece);
        assert!(session.buffered_bytes() <= LIMITS.partial_bytes);
        while let Some(event) = session.poll_event() {
            match event {
                Event::PublishRequested { .. } => session.accept_publish(),
                Event::PlayRequested { .. } => session.reject_play("not here"),
                _ => {}
            }
            events.push(event);
        }
        drop(session.take_output());
        if outcome.is_err() {
            break;
        }
    }
    // A refused player ends the session; what it sent together with its wish is not comparable.
    let end = events.iter().position(|event| matches!(event, Event::PlayRequested { .. }));
    if let Some(end) = end {
        events.truncate(end);
        outcome = Ok(());
    }
    (format!("{events:?}"), outcome)
}
