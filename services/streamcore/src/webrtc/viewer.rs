//! One viewer's session: what it was sent and what comes next.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use media::TrackKind;
use str0m::{
    Candidate, Event, Rtc,
    media::{Mid, Pt},
    rtp::RtpWrite,
};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    feed::{Feed, Item, Start, instant_at},
    peer::{Datagram, End, Line, Peer},
};
use crate::live::LiveStream;

/// Packets sent to one viewer at once. A keyframe is longer, and a line that takes a whole one at
/// once loses half of it.
const BURST: usize = 16;
/// Time between bursts: 16 packets each make 75 Mb/s.
const PACE: Duration = Duration::from_millis(2);
/// How soon after a keyframe another one is sent to a viewer who lost it.
const AGAIN: Duration = Duration::from_millis(500);
/// Sent packets that can be asked for again: at 4 Mb/s what was sent in half a second.
const RESENDABLE: usize = 192;
/// How long they can be.
const RESENDABLE_FOR: Duration = Duration::from_secs(1);
/// Share of packets that are sent again at most; a line that loses more needs less, not more.
const RESENT_AT_MOST: f32 = 0.25;

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Viewer {
    peer: Peer,
    live: Arc<LiveStream>,
    tracks: Vec<Track>,
    place: Option<Place>,
    next_burst: Instant,
    /// There was more to send than went at once.
    unfinished: bool,
    keyframe_sent: Option<Instant>,
    watching: bool,
    _permit: OwnedSemaphorePermit,
}

/// A track as it was negotiated.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) kind: TrackKind,
    pub(super) mid: Mid,
    pub(super) pt: Pt,
    /// Number of the next packet.
    pub(super) sequence: u64,
    /// Time of the last one.
    pub(super) time: u64,
    /// Added to every time: where a track starts is nobody's business.
    pub(super) base: u32,
}

/// What is sent next.
#[derive(Debug, Clone, Copy)]
struct Place {
    item: u64,
    payload: usize,
    start: Start,
}

impl Viewer {
    pub(super) fn new(
        mut rtc: Rtc,
        tracks: Vec<Track>,
        live: Arc<LiveStream>,
        permit: OwnedSemaphorePermit,
        now: Instant,
    ) -> Self {
        for track in tracks.iter().filter(|track| track.kind == TrackKind::Video) {
            if let Some(stream) = rtc.direct_api().stream_tx_by_mid(track.mid, None) {
                stream.set_rtx_cache(RESENDABLE, RESENDABLE_FOR, Some(RESENT_AT_MOST));
            }
        }
        Self {
            peer: Peer::new(rtc, now),
            live,
            tracks,
            place: None,
            next_burst: now,
            unfinished: false,
            keyframe_sent: None,
            watching: false,
            _permit: permit,
        }
    }

    /// Takes more candidates of the peer.
    pub(super) fn trickle(&mut self, candidates: Vec<Candidate>) {
        self.peer.trickle(candidates);
    }

    pub(super) fn live(&self) -> &Arc<LiveStream> {
        &self.live
    }

    /// When it wants to be seen to next.
    pub(super) fn due(&self) -> Instant {
        if self.unfinished { self.peer.due().min(self.next_burst) } else { self.peer.due() }
    }

    /// Takes a packet, if it is for this session.
    pub(super) fn receive(
        &mut self,
        datagram: Datagram<'_>,
        now: Instant,
        line: &mut Line<'_>,
    ) -> Result<bool, End> {
        let Some(events) = self.peer.receive(datagram, now, line)? else { return Ok(false) };
        self.note(&events, now);
        Ok(true)
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, now: Instant, line: &mut Line<'_>) -> Result<(), End> {
        let events = self.peer.advance(now, line)?;
        self.note(&events, now);
        Ok(())
    }

    /// Sends what there is, as much as goes at once.
    pub(super) fn send(
        &mut self,
        feed: &Feed,
        now: Instant,
        line: &mut Line<'_>,
    ) -> Result<(), End> {
        if !self.peer.is_connected() || now < self.next_burst {
            return Ok(());
        }
        let sent = self.write(feed, now);
        self.unfinished = sent >= BURST;
        if sent == 0 {
            return Ok(());
        }
        if self.unfinished {
            self.next_burst = now + PACE;
        }
        let before = line.outbox.bytes();
        self.advance(now, line)?;
        self.live.statistics.audience.sent(line.outbox.bytes() - before);
        Ok(())
    }

    /// Says good-bye.
    pub(super) fn close(&mut self, now: Instant, line: &mut Line<'_>) {
        self.peer.close(now, line);
    }

    fn note(&mut self, events: &[Event], now: Instant) {
        for event in events {
            match event {
                Event::Connected if !self.watching => {
                    self.watching = true;
                    self.live.statistics.audience.came();
                }
                // Who lost a picture begins anew at the last keyframe, as if it had just come.
                Event::KeyframeRequest(_)
                    if self.keyframe_sent.is_some_and(|at| at + AGAIN < now) =>
                {
                    self.place = None;
                }
                _ => {}
            }
        }
    }

    /// Hands packets to the session; returns how many.
    fn write(&mut self, feed: &Feed, now: Instant) -> usize {
        let mut sent = 0;
        while sent < BURST {
            let Some(mut place) = self.place(feed) else { break };
            let Some(item) = feed.item(place.item) else {
                self.place = Some(place);
                break;
            };
            let past = item.kind == TrackKind::Audio && place.item < place.start.live;
            let track = self.tracks.iter_mut().find(|track| track.kind == item.kind);
            match track.filter(|_| !past) {
                Some(track) => {
                    let room = BURST - sent;
                    let count = track.write(&mut self.peer, item, place, room);
                    if place.item == place.start.item && place.payload == 0 {
                        self.keyframe_sent = Some(now);
                    }
                    place.payload += count;
                    sent += count;
                }
                None => place.payload = item.payloads.len(),
            }
            if place.payload >= item.payloads.len() {
                (place.item, place.payload) = (place.item + 1, 0);
            }
            self.place = Some(place);
        }
        sent
    }

    /// Where it is, or begins.
    fn place(&self, feed: &Feed) -> Option<Place> {
        let behind = |place: &Place| feed.is_behind(place.item);
        match self.place {
            Some(place) if !behind(&place) => Some(place),
            _ => feed.start().map(|start| Place { item: start.item, payload: 0, start }),
        }
    }
}

impl Track {
    /// Writes up to `room` payloads of a frame, from where `place` is.
    fn write(&mut self, peer: &mut Peer, item: &Item, place: Place, room: usize) -> usize {
        let (time, instant) = if self.kind == TrackKind::Video && place.item < place.start.live {
            let time = place.start.squeeze(item);
            (time, instant_at(item, time))
        } else {
            (item.time, item.instant)
        };
        // A frame whose first packets went out keeps their time.
        if place.payload == 0 {
            self.time = time.max(self.time + 1);
        }
        let mut api = peer.rtc().direct_api();
        let Some(stream) = api.stream_tx_by_mid(self.mid, None) else { return room };
        let payloads = item.payloads.iter().skip(place.payload).take(room);
        let last = item.payloads.len().saturating_sub(1);
        let mut written = 0;
        for payload in payloads {
            let marker = self.kind == TrackKind::Video && place.payload + written == last;
            let time = rtp_time(self.time).wrapping_add(self.base);
            let packet =
                RtpWrite::new(self.pt, self.sequence.into(), time, instant, payload.clone());
            stream.write_rtp(packet.marker(marker).nackable(true));
            self.sequence += 1;
            written += 1;
        }
        written
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        if self.watching {
            self.live.statistics.audience.left();
        }
    }
}

/// The 32 bits that a packet carries.
#[expect(clippy::cast_possible_truncation, reason = "RTP time goes round every 13 hours")]
fn rtp_time(time: u64) -> u32 {
    time as u32
}
