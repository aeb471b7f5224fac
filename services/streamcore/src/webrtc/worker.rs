//! One thread of WebRTC: a socket, the sessions that were given to it, and what they are sent.

use std::{
    collections::BTreeMap,
    io::{self, IoSliceMut},
    net::{IpAddr, SocketAddr, UdpSocket as StdSocket},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use quinn_udp::{RecvMeta, UdpSocketState};
use str0m::ice::StunMessage;
use tokio::{io::Interest, net::UdpSocket, sync::mpsc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    SessionError,
    channel::{Change, Changes, Channel},
    command::Command,
    outbox::Outbox,
    peer::{Datagram, End, Line},
    session_id::{SessionId, thread_of},
    viewer::Viewer,
};

/// Calls to the kernel for what came, in a row, before something else has its turn.
const CALLS: usize = 16;
/// Datagrams taken by one of them.
const BATCH: usize = 4;
/// Room for each: the kernel may hand over several of one peer as one.
const DATAGRAM: usize = 64 << 10;
/// Sessions are seen to at most this often.
const TICK: Duration = Duration::from_millis(1);
/// Nothing sleeps longer.
const LONGEST_TICK: Duration = Duration::from_secs(1);
/// Peers of other threads, remembered at most.
const ELSEWHERE: usize = 4_096;

/// Addresses that one peer may come from: a handful of networks, and those it had before.
const ADDRESSES: usize = 16;

/// What a thread begins with.
#[derive(Debug)]
pub(crate) struct Setup {
    /// Which thread it is.
    pub(super) index: usize,
    /// Its socket.
    pub(super) socket: StdSocket,
    /// What the kernel can do for the socket.
    pub(super) io: UdpSocketState,
    /// What it is asked to do.
    pub(super) commands: mpsc::Receiver<Command>,
    /// How to reach all threads.
    pub(super) threads: Vec<mpsc::Sender<Command>>,
    /// The addresses that peers were told.
    pub(super) candidates: Vec<SocketAddr>,
}

/// See the [module](self).
pub(super) struct Worker {
    index: usize,
    socket: UdpSocket,
    io: UdpSocketState,
    outbox: Outbox,
    commands: mpsc::Receiver<Command>,
    threads: Vec<mpsc::Sender<Command>>,
    candidates: Vec<SocketAddr>,
    seats: BTreeMap<SessionId, Seat>,
    by_ufrag: BTreeMap<String, SessionId>,
    by_address: BTreeMap<SocketAddr, SessionId>,
    elsewhere: BTreeMap<SocketAddr, usize>,
    channels: BTreeMap<Uuid, Channel>,
    changes: Changes,
    /// When some session wants to be seen to.
    due: Instant,
}

/// A session and how it is found.
struct Seat {
    viewer: Viewer,
    ufrag: String,
    addresses: Vec<SocketAddr>,
}

/// A packet as it came.
#[derive(Clone, Copy)]
struct Arrival<'a> {
    from: SocketAddr,
    local: Option<IpAddr>,
    bytes: &'a [u8],
    /// Another thread's socket got it.
    forwarded: bool,
}

impl Worker {
    /// To be called where the worker runs: the socket belongs to that runtime.
    pub(super) fn new(setup: Setup) -> io::Result<Self> {
        Ok(Self {
            index: setup.index,
            socket: UdpSocket::from_std(setup.socket)?,
            io: setup.io,
            outbox: Outbox::new(),
            commands: setup.commands,
            threads: setup.threads,
            candidates: setup.candidates,
            seats: BTreeMap::new(),
            by_ufrag: BTreeMap::new(),
            by_address: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
            channels: BTreeMap::new(),
            changes: Changes::default(),
            due: Instant::now() + LONGEST_TICK,
        })
    }

    /// Serves sessions until `stop`, then says good-bye to them.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        let mut buffer = vec![0; BATCH * DATAGRAM];
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(command) = self.commands.recv() => self.obey(command),
                change = self.changes.next() => self.follow(change),
                readable = self.socket.readable() => if readable.is_ok() {
                    self.receive(&mut buffer);
                },
                () = tokio::time::sleep_until(self.due.into()) => self.tick(),
            }
            self.outbox.flush(&self.io, &self.socket);
        }
        for id in self.seats.keys().copied().collect::<Vec<_>>() {
            self.end(id, End::Stopped);
        }
        self.outbox.flush(&self.io, &self.socket);
    }

    fn obey(&mut self, command: Command) {
        let now = Instant::now();
        // Whoever asked may have gone; then nobody is told.
        match command {
            Command::Open { id, ufrag, viewer } => self.open(id, ufrag, *viewer, now),
            Command::Close { id, answer } => {
                let known = self.seats.contains_key(&id);
                self.end(id, End::Left);
                let _ = answer.send(if known { Ok(()) } else { Err(SessionError::Unknown) });
            }
            Command::Trickle { id, candidates, answer } => {
                let seat = self.seats.get_mut(&id);
                let told = seat.map(|seat| seat.viewer.trickle(candidates));
                let _ = answer.send(told.ok_or(SessionError::Unknown));
                self.see_to(id, now);
            }
            Command::Packet { from, local, bytes } => {
                self.deliver(Arrival { from, local, bytes: &bytes, forwarded: true }, now);
            }
        }
    }

    fn open(&mut self, id: SessionId, ufrag: String, viewer: Viewer, now: Instant) {
        let live = viewer.live().clone();
        self.due = self.due.min(viewer.due());
        self.by_ufrag.insert(ufrag.clone(), id);
        self.seats.insert(id, Seat { viewer, ufrag, addresses: Vec::new() });
        if let Some(channel) = self.channels.get_mut(&live.id)
            && Arc::ptr_eq(channel.feed.live(), &live)
        {
            channel.viewers.push(id);
            return;
        }
        let (mut channel, change) = Channel::new(live.clone(), now);
        channel.viewers.push(id);
        self.changes.expect(change);
        let former = self.channels.insert(live.id, channel);
        for id in former.map(|channel| channel.viewers).unwrap_or_default() {
            self.end(id, End::StreamEnded);
        }
    }

    /// Sends what is new on a stream to all who watch it.
    fn follow(&mut self, mut change: Change) {
        let Some(channel) = self.channels.get_mut(&change.stream()) else { return };
        if !change.is_of(channel) {
            return;
        }
        let over = change.acknowledge();
        channel.feed.read();
        let now = Instant::now();
        let end = if over {
            Some(End::StreamEnded)
        } else {
            (!channel.feed.is_playable()).then_some(End::Unplayable)
        };
        if let Some(end) = end {
            let viewers = std::mem::take(&mut channel.viewers);
            self.channels.remove(&change.stream());
            for id in viewers {
                self.end(id, end);
            }
            return;
        }
        let mut ended = Vec::new();
        for id in &channel.viewers {
            let Some(seat) = self.seats.get_mut(id) else { continue };
            let mut line = Line { outbox: &mut self.outbox, io: &self.io, socket: &self.socket };
            let outcome = guarded(|| seat.viewer.send(&channel.feed, now, &mut line));
            self.due = self.due.min(seat.viewer.due());
            ended.extend(outcome.err().map(|end| (*id, end)));
        }
        self.changes.expect(change);
        for (id, end) in ended {
            self.end(id, end);
        }
    }

    fn tick(&mut self) {
        let now = Instant::now();
        let due = self.seats.iter().filter(|(_, seat)| seat.viewer.due() <= now);
        for id in due.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.see_to(id, now);
        }
        let next = self.seats.values().map(|seat| seat.viewer.due()).min();
        let (soonest, latest) = (now + TICK, now + LONGEST_TICK);
        self.due = next.map_or(latest, |next| next.clamp(soonest, latest));
    }

    /// Lets a session's time pass and sends it what it has not been sent yet.
    fn see_to(&mut self, id: SessionId, now: Instant) {
        let Some(seat) = self.seats.get_mut(&id) else { return };
        let channel = self.channels.get(&seat.viewer.live().id);
        let mut line = Line { outbox: &mut self.outbox, io: &self.io, socket: &self.socket };
        let seen_to = guarded(|| {
            seat.viewer.advance(now, &mut line)?;
            channel.map_or(Ok(()), |channel| seat.viewer.send(&channel.feed, now, &mut line))
        });
        self.due = self.due.min(seat.viewer.due());
        if let Err(end) = seen_to {
            self.end(id, end);
        }
    }

    fn receive(&mut self, buffer: &mut [u8]) {
        for _ in 0..CALLS {
            let mut about = [RecvMeta::default(); BATCH];
            let mut room: Vec<_> = buffer.chunks_mut(DATAGRAM).map(IoSliceMut::new).collect();
            let read = self.socket.try_io(Interest::READABLE, || {
                self.io.recv((&self.socket).into(), &mut room, &mut about)
            });
            // Nothing left, or an error that the next call will tell of again.
            let Ok(count) = read else { return };
            let now = Instant::now();
            for (about, bytes) in about.iter().take(count).zip(buffer.chunks(DATAGRAM)) {
                let bytes = bytes.get(..about.len).unwrap_or_default();
                for bytes in bytes.chunks(about.stride.max(1)) {
                    let (from, local) = (about.addr, about.dst_ip);
                    self.deliver(Arrival { from, local, bytes, forwarded: false }, now);
                }
            }
        }
    }

    /// Gives a packet to the session it is for, here or in another thread.
    fn deliver(&mut self, packet: Arrival<'_>, now: Instant) {
        if let Some(&id) = self.by_address.get(&packet.from)
            && self.hand(id, packet, now)
        {
            return;
        }
        let named = StunMessage::parse(packet.bytes).ok();
        let named = named.as_ref().and_then(StunMessage::split_username).map(|(ours, _)| ours);
        let thread = match named {
            Some(ours) => thread_of(ours),
            None => self.elsewhere.get(&packet.from).copied(),
        };
        match (thread, named) {
            (Some(thread), Some(ours)) if thread == self.index => {
                let id = self.by_ufrag.get(ours).copied();
                if let Some(id) = id.filter(|id| self.hand(*id, packet, now)) {
                    self.remember(packet.from, id);
                }
            }
            (Some(thread), _) if !packet.forwarded => self.forward(thread, packet),
            _ => {}
        }
    }

    /// Takes note of where a session's packets come from.
    fn remember(&mut self, from: SocketAddr, id: SessionId) {
        let Some(seat) = self.seats.get_mut(&id) else { return };
        if seat.addresses.len() >= ADDRESSES {
            self.by_address.remove(&seat.addresses.remove(0));
        }
        seat.addresses.push(from);
        self.by_address.insert(from, id);
    }

    /// Gives a packet to a session; `false` when it does not want it.
    fn hand(&mut self, id: SessionId, packet: Arrival<'_>, now: Instant) -> bool {
        let Some(to) = self.candidate(packet.from, packet.local) else { return false };
        let Some(seat) = self.seats.get_mut(&id) else { return false };
        let Arrival { from, local, bytes, .. } = packet;
        let mut line = Line { outbox: &mut self.outbox, io: &self.io, socket: &self.socket };
        let datagram = Datagram { from, to, local, bytes };
        let taken = guarded(|| seat.viewer.receive(datagram, now, &mut line));
        self.due = self.due.min(seat.viewer.due());
        match taken {
            Ok(taken) => taken,
            Err(end) => {
                self.end(id, end);
                true
            }
        }
    }

    /// The address of those that peers were told which a packet is taken to have come to: behind
    /// an address translation it is not the one that it did come to.
    fn candidate(&self, from: SocketAddr, local: Option<IpAddr>) -> Option<SocketAddr> {
        let exact = self.candidates.iter().find(|it| Some(it.ip()) == local);
        let same_family = || self.candidates.iter().find(|it| it.is_ipv4() == from.is_ipv4());
        exact.or_else(same_family).copied()
    }

    fn forward(&mut self, thread: usize, packet: Arrival<'_>) {
        let Some(other) = self.threads.get(thread) else { return };
        if self.elsewhere.len() >= ELSEWHERE {
            self.elsewhere.clear();
        }
        self.elsewhere.insert(packet.from, thread);
        let Arrival { from, local, bytes, .. } = packet;
        // A thread that does not keep up loses packets, as a network would.
        let _ = other.try_send(Command::Packet { from, local, bytes: bytes.into() });
    }

    fn end(&mut self, id: SessionId, why: End) {
        let Some(mut seat) = self.seats.remove(&id) else { return };
        let mut line = Line { outbox: &mut self.outbox, io: &self.io, socket: &self.socket };
        // One that has failed need not be told.
        let _ = guarded(|| {
            seat.viewer.close(Instant::now(), &mut line);
            Ok(())
        });
        self.by_ufrag.remove(&seat.ufrag);
        for address in &seat.addresses {
            self.by_address.remove(address);
        }
        let stream = seat.viewer.live();
        tracing::debug!(stream.slug = %stream.slug, why = ?why, "a WebRTC viewer left");
        if let Some(channel) = self.channels.get_mut(&stream.id) {
            channel.viewers.retain(|viewer| *viewer != id);
            if channel.viewers.is_empty() {
                self.channels.remove(&stream.id);
            }
        }
    }
}

/// Runs one session's code so that a fault in it ends that session and no other.
fn guarded<T>(run: impl FnOnce() -> Result<T, End>) -> Result<T, End> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        tracing::error!("a WebRTC session failed for a fault of ours and was ended");
        Err(End::Fault)
    })
}
