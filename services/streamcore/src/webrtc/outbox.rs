//! Packets on their way out, many to a system call.
//!
//! Packets to one peer that are equally long, but for the last, go to the kernel as one buffer and
//! are cut apart there (UDP GSO). Where the kernel or a network card refuses that, it is not tried
//! again and packets go one by one.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use quinn_udp::{Transmit, UdpSocketState};
use tokio::{io::Interest, net::UdpSocket};

/// Bytes that one system call may take.
const SLAB: usize = 60 << 10;
/// Packets of one system call at most: what a burst to one peer may hold.
const SEGMENTS: usize = 32;

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Outbox {
    slab: Vec<u8>,
    to: Option<To>,
    /// Bytes of each packet in the slab but the last.
    segment: usize,
    packets: usize,
    /// A shorter packet was added, which must be the last.
    complete: bool,
    /// What happened so far.
    pub(super) counts: Counts,
}

/// Where a packet goes and which of our addresses it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct To {
    pub(super) peer: SocketAddr,
    pub(super) from: Option<IpAddr>,
}

/// What happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) calls: u64,
    /// Packets that the kernel had no room for, or no way to send.
    pub(super) dropped: u64,
}

impl Outbox {
    pub(super) fn new() -> Self {
        Self {
            slab: Vec::with_capacity(SLAB),
            to: None,
            segment: 0,
            packets: 0,
            complete: false,
            counts: Counts::default(),
        }
    }

    /// Bytes added so far, sent or not.
    pub(super) fn bytes(&self) -> u64 {
        self.counts.bytes + self.slab.len() as u64
    }

    /// Adds a packet; sends those before it if they cannot go together.
    pub(super) fn push(&mut self, to: To, packet: &[u8], io: &UdpSocketState, socket: &UdpSocket) {
        let fits = self.to == Some(to)
            && !self.complete
            && packet.len() <= self.segment
            && self.slab.len() + packet.len() <= SLAB
            && self.packets < io.max_gso_segments().min(SEGMENTS);
        if !fits {
            self.flush(io, socket);
            self.to = Some(to);
            self.segment = packet.len();
        }
        self.complete = packet.len() < self.segment;
        self.slab.extend_from_slice(packet);
        self.packets += 1;
    }

    /// Sends what is waiting.
    pub(super) fn flush(&mut self, io: &UdpSocketState, socket: &UdpSocket) {
        let Some(to) = self.to.take() else { return };
        self.counts.packets += self.packets as u64;
        self.counts.bytes += self.slab.len() as u64;
        let sent = self.send(to, &self.slab, self.packets > 1, io, socket);
        self.counts.calls += 1;
        match sent {
            Ok(()) => {}
            // Media is worth nothing later, and what is lost is asked for again.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.counts.dropped += self.packets as u64;
            }
            Err(_) => self.send_one_by_one(to, io, socket),
        }
        self.slab.clear();
        self.packets = 0;
        self.complete = false;
    }

    fn send_one_by_one(&mut self, to: To, io: &UdpSocketState, socket: &UdpSocket) {
        let mut dropped = 0;
        for packet in self.slab.chunks(self.segment.max(1)) {
            dropped += u64::from(self.send(to, packet, false, io, socket).is_err());
        }
        self.counts.calls += self.packets as u64;
        self.counts.dropped += dropped;
    }

    fn send(
        &self,
        to: To,
        contents: &[u8],
        several: bool,
        io: &UdpSocketState,
        socket: &UdpSocket,
    ) -> io::Result<()> {
        let transmit = Transmit {
            destination: to.peer,
            ecn: None,
            contents,
            segment_size: several.then_some(self.segment),
            src_ip: to.from,
        };
        socket.try_io(Interest::WRITABLE, || io.try_send(socket.into(), &transmit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sockets() -> (UdpSocket, UdpSocketState, UdpSocket) {
        let sender = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let state = UdpSocketState::new((&sender).into()).unwrap();
        sender.writable().await.unwrap();
        (sender, state, UdpSocket::bind("127.0.0.1:0").await.unwrap())
    }

    #[tokio::test]
    async fn equal_packets_go_together_and_arrive_apart() {
        let (sender, state, receiver) = sockets().await;
        let to = To { peer: receiver.local_addr().unwrap(), from: None };
        let mut outbox = Outbox::new();
        let sizes = [1_000, 1_000, 1_000, 400, 1_000, 1_200, 7];
        for (index, size) in sizes.into_iter().enumerate() {
            let fill = u8::try_from(index).unwrap();
            outbox.push(to, &vec![fill; size], &state, &sender);
        }
        outbox.flush(&state, &sender);
        let mut buffer = [0; 2_000];
        for (index, size) in sizes.into_iter().enumerate() {
            let read = receiver.recv(&mut buffer).await.unwrap();
            assert_eq!((read, usize::from(buffer[0])), (size, index));
        }
        let counts = outbox.counts;
        assert_eq!((counts.packets, counts.bytes, counts.dropped), (7, 5_607, 0));
        if state.max_gso_segments() > 1 {
            assert_eq!(counts.calls, 3, "1000 1000 1000 400, 1000, 1200 7");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_sent_is_counted_and_forgotten() {
        let (sender, state, _) = sockets().await;
        let to = To { peer: "[::1]:9".parse().unwrap(), from: None };
        let mut outbox = Outbox::new();
        outbox.push(to, &[1; 100], &state, &sender);
        outbox.push(to, &[2; 100], &state, &sender);
        outbox.flush(&state, &sender);
        assert_eq!((outbox.counts.packets, outbox.counts.dropped), (2, 2));
    }
}
