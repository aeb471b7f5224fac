//! The simple handshake: each side sends a version, 1536 bytes, and the other side's bytes again.
//!
//! Clients that begin with a digest handshake (Flash, FFmpeg) fall back to this one when the
//! server's version field is zero.

use bytes::BytesMut;

use super::RtmpError;

const VERSION: u8 = 3;
const BLOCK: usize = 1536;

/// One side of the handshake.
#[derive(Debug)]
pub(super) struct Handshake {
    role: Role,
    received: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Waits for C0 and C1.
    Server,
    /// Has answered, waits for C2.
    ServerAnswered,
    /// Has begun, waits for S0, S1 and S2.
    Client,
}

impl Handshake {
    pub(super) fn server() -> Self {
        Self { role: Role::Server, received: Vec::new() }
    }

    /// Begins by writing C0 and C1.
    pub(super) fn client(out: &mut BytesMut) -> Self {
        out.extend_from_slice(&[VERSION]);
        out.extend_from_slice(&[0; BLOCK]);
        Self { role: Role::Client, received: Vec::new() }
    }

    /// Takes bytes off `input` and says whether the handshake is done.
    pub(super) fn receive(
        &mut self,
        input: &mut &[u8],
        out: &mut BytesMut,
    ) -> Result<bool, RtmpError> {
        loop {
            let wanted = match self.role {
                Role::Server => 1 + BLOCK,
                Role::ServerAnswered => BLOCK,
                Role::Client => 1 + 2 * BLOCK,
            };
            let (now, later) = input.split_at(input.len().min(wanted - self.received.len()));
            *input = later;
            self.received.extend_from_slice(now);
            if self.role != Role::ServerAnswered
                && let Some(&version) = self.received.first()
                && version != VERSION
            {
                return Err(RtmpError::NotRtmp(version));
            }
            if self.received.len() < wanted {
                return Ok(false);
            }
            match self.role {
                Role::Server => {
                    answer(&self.received[1..], out);
                    self.received.clear();
                    self.role = Role::ServerAnswered;
                }
                // Old clients send something else than an echo here; nothing depends on it.
                Role::ServerAnswered => return Ok(true),
                Role::Client => {
                    out.extend_from_slice(&self.received[1..=BLOCK]);
                    return Ok(true);
                }
            }
        }
    }
}

/// S0, S1 and S2. S1 should be random so that peers can tell their connections apart; the client's
/// own bytes backwards do that without a source of randomness.
fn answer(block: &[u8], out: &mut BytesMut) {
    out.extend_from_slice(&[VERSION]);
    out.extend_from_slice(&[0; 8]);
    out.extend(block[8..].iter().rev());
    out.extend_from_slice(block);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_and_server_agree_however_the_bytes_are_cut() {
        for piece in [1, 7, 1535, 1536, 1537, 4096] {
            let (mut to_server, mut to_client) = (BytesMut::new(), BytesMut::new());
            let mut client = Handshake::client(&mut to_server);
            let mut server = Handshake::server();
            assert_eq!(feed(&mut server, &to_server.split(), piece, &mut to_client), Ok(false));
            assert_eq!(feed(&mut client, &to_client.split(), piece, &mut to_server), Ok(true));
            assert_eq!(feed(&mut server, &to_server.split(), piece, &mut to_client), Ok(true));
        }
    }

    fn feed(
        side: &mut Handshake,
        bytes: &[u8],
        piece: usize,
        out: &mut BytesMut,
    ) -> Result<bool, RtmpError> {
        let mut done = false;
        for mut piece in bytes.chunks(piece) {
            done = side.receive(&mut piece, out)?;
        }
        Ok(done)
    }

    #[test]
    fn what_follows_the_handshake_is_left_alone() {
        let bytes = [&[VERSION][..], &[9; 2 * BLOCK], b"rest"].concat();
        let mut input = bytes.as_slice();
        let done = Handshake::server().receive(&mut input, &mut BytesMut::new());
        assert_eq!((done, input), (Ok(true), &b"rest"[..]));
    }

    #[test]
    fn other_protocols_are_refused_at_their_first_byte() {
        for (byte, message) in [
            (0x16, "not RTMP: this is TLS; use rtmp:// on this port"),
            (b'G', "not RTMP: this looks like HTTP"),
            (6, "not RTMP: encrypted RTMPE is not supported; use rtmp://"),
            (0, "not RTMP: the first byte is not version 3"),
        ] {
            let error = Handshake::server().receive(&mut &[byte][..], &mut BytesMut::new());
            assert_eq!(error.unwrap_err().to_string(), message);
        }
    }
}
