//! The other end of a session: what viewers and publishers have in common.

use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use quinn_udp::UdpSocketState;
use str0m::{
    Candidate, Event, Input, Output, Rtc,
    net::{DatagramRecv, Protocol, Receive},
};
use tokio::net::UdpSocket;

use super::outbox::{Outbox, To};

/// A session is looked at at least this often.
const LOOK: Duration = Duration::from_secs(1);
/// How long a peer may take to connect.
const CONNECT: Duration = Duration::from_secs(15);
/// How long a connected peer may be silent: browsers make themselves heard every few seconds.
const SILENCE: Duration = Duration::from_secs(15);

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Peer {
    rtc: Rtc,
    /// When something is to be done next.
    due: Instant,
    heard: Instant,
    connected: bool,
    /// Which of our addresses it sends to.
    local: Option<IpAddr>,
}

/// What packets go out by.
pub(super) struct Line<'a> {
    pub(super) outbox: &'a mut Outbox,
    pub(super) io: &'a UdpSocketState,
    pub(super) socket: &'a UdpSocket,
}

/// A packet that came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Datagram<'a> {
    pub(super) from: SocketAddr,
    /// Which of our candidates it is taken to be for.
    pub(super) to: SocketAddr,
    /// Which of our addresses it really came to.
    pub(super) local: Option<IpAddr>,
    pub(super) bytes: &'a [u8],
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The peer said so.
    Left,
    /// It did not connect in time.
    NeverConnected,
    /// It fell silent.
    Silent,
    /// It sent what no peer should.
    Fault,
    /// The stream is over.
    StreamEnded,
    /// The stream went over to something that this session cannot carry.
    Unplayable,
    /// The service stops.
    Stopped,
}

impl Peer {
    pub(super) fn new(rtc: Rtc, now: Instant) -> Self {
        Self { rtc, due: now, heard: now, connected: false, local: None }
    }

    /// The session itself, to send with. What was sent goes out with the next
    /// [`advance`](Self::advance).
    pub(super) fn rtc(&mut self) -> &mut Rtc {
        &mut self.rtc
    }

    /// Whether it has connected.
    pub(super) fn is_connected(&self) -> bool {
        self.connected
    }

    /// When it wants to be advanced next.
    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// Takes more candidates of the peer.
    pub(super) fn trickle(&mut self, candidates: Vec<Candidate>) {
        for candidate in candidates {
            self.rtc.add_remote_candidate(candidate);
        }
    }

    /// Takes a packet and says what happened; `None` when the packet is not for this session.
    pub(super) fn receive(
        &mut self,
        datagram: Datagram<'_>,
        now: Instant,
        line: &mut Line<'_>,
    ) -> Result<Option<Vec<Event>>, End> {
        let Ok(contents) = DatagramRecv::try_from(datagram.bytes) else { return Ok(None) };
        let input = Input::Receive(
            now,
            Receive {
                proto: Protocol::Udp,
                source: datagram.from,
                destination: datagram.to,
                contents,
            },
        );
        if !self.rtc.accepts(&input) {
            return Ok(None);
        }
        self.heard = now;
        self.local = datagram.local;
        self.rtc.handle_input(input).map_err(|error| fault(&error))?;
        self.drain(now, line).map(Some)
    }

    /// Lets time pass, sends what is to be sent, and says what happened.
    pub(super) fn advance(&mut self, now: Instant, line: &mut Line<'_>) -> Result<Vec<Event>, End> {
        if !self.rtc.is_alive() {
            return Err(End::Left);
        }
        if now.duration_since(self.heard) > if self.connected { SILENCE } else { CONNECT } {
            return Err(if self.connected { End::Silent } else { End::NeverConnected });
        }
        self.rtc.handle_input(Input::Timeout(now)).map_err(|error| fault(&error))?;
        self.drain(now, line)
    }

    /// Says good-bye, as far as one packet can.
    pub(super) fn close(&mut self, now: Instant, line: &mut Line<'_>) {
        if self.rtc.close().is_ok() {
            // Whether it arrives cannot be known.
            let _ = self.drain(now, line);
        }
    }

    fn drain(&mut self, now: Instant, line: &mut Line<'_>) -> Result<Vec<Event>, End> {
        let mut events = Vec::new();
        loop {
            match self.rtc.poll_output().map_err(|error| fault(&error))? {
                Output::Timeout(due) => {
                    self.due = due.min(now + LOOK);
                    return Ok(events);
                }
                Output::Transmit(packet) => {
                    let to = To { peer: packet.destination, from: self.local };
                    line.outbox.push(to, &packet.contents, line.io, line.socket);
                }
                Output::Event(event) => {
                    self.connected |= matches!(event, Event::Connected);
                    events.push(event);
                }
            }
        }
    }
}

fn fault(error: &str0m::RtcError) -> End {
    tracing::debug!(%error, "a WebRTC session failed");
    End::Fault
}
