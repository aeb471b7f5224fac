//! A viewer of WHEP over real UDP, that shares nothing with the server but the library of the
//! protocols underneath.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use str0m::{
    Candidate, Event, IceConnectionState, Input, Output, Rtc,
    change::SdpAnswer,
    media::{Direction, KeyframeRequestKind, MediaKind, Mid},
    net::{Protocol, Receive},
};
use tokio::{net::UdpSocket, task::JoinHandle, time::timeout};

/// Longest sleep of a viewer.
const TICK: Duration = Duration::from_millis(100);

/// How a viewer behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Behaviour {
    /// Of a hundred packets that come, so many are lost, evenly spread.
    pub loss_percent: u32,
    /// Asks for sound too.
    pub sound: bool,
}

/// What a viewer has had so far.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Every complete picture in order.
    pub pictures: Vec<Picture>,
    /// Complete frames of sound.
    pub sounds: usize,
    /// When the session was connected.
    pub connected: Option<Instant>,
    /// The server ended it.
    pub ended: bool,
}

/// A picture as it came.
#[derive(Debug, Clone, Copy)]
pub struct Picture {
    /// When it was complete.
    pub at: Instant,
    /// Its time, seconds.
    pub time: f64,
    /// It has an IDR picture in it.
    pub keyframe: bool,
    /// Nothing is missing between the picture before and this one.
    pub contiguous: bool,
    /// Its size.
    pub bytes: usize,
}

/// A viewer. Dropped, it vanishes without a word.
#[derive(Debug)]
pub struct Viewer {
    /// Where its session is.
    pub location: String,
    /// When its offer was sent.
    pub asked: Instant,
    /// The answer to it.
    pub answer: String,
    seen: Arc<Mutex<Seen>>,
    ask_for_keyframe: Arc<Mutex<bool>>,
    running: JoinHandle<io::Result<()>>,
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// An offer to receive, and the session that made it.
#[derive(Debug)]
pub struct Offer {
    /// SDP.
    pub sdp: String,
    rtc: Rtc,
    video: Mid,
    pending: str0m::change::SdpPendingOffer,
    socket: UdpSocket,
    address: SocketAddr,
}

/// Makes an offer as a browser would.
pub async fn offer(behaviour: Behaviour) -> io::Result<Offer> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let address = socket.local_addr()?;
    let mut rtc = Rtc::builder()
        .clear_codecs()
        .enable_h264(true)
        .enable_opus(true, false)
        .build(Instant::now());
    rtc.add_local_candidate(Candidate::host(address, "udp").map_err(io::Error::other)?);
    let mut changes = rtc.sdp_api();
    let video = changes.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None);
    if behaviour.sound {
        changes.add_media(MediaKind::Audio, Direction::RecvOnly, None, None, None);
    }
    let Some((offer, pending)) = changes.apply() else {
        return Err(io::Error::other("nothing to offer"));
    };
    Ok(Offer { sdp: offer.to_sdp_string(), rtc, video, pending, socket, address })
}

/// Watches what is answered at `endpoint`.
pub async fn watch(
    http: &reqwest::Client,
    endpoint: &str,
    behaviour: Behaviour,
) -> anyhow::Result<Viewer> {
    let asked = Instant::now();
    let Offer { sdp, mut rtc, video, pending, socket, address } = offer(behaviour).await?;
    let request = http.post(endpoint).header("content-type", "application/sdp").body(sdp);
    let response = request.send().await?;
    let status = response.status();
    let location = response.headers().get("location").and_then(|it| it.to_str().ok());
    let location = location.unwrap_or_default().to_owned();
    let answer = response.text().await?;
    anyhow::ensure!(status == 201, "{status}: {answer}");
    rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(&answer)?)?;
    let seen = Arc::new(Mutex::new(Seen::default()));
    let ask_for_keyframe = Arc::new(Mutex::new(false));
    let run = Run {
        rtc,
        socket,
        address,
        behaviour,
        seen: seen.clone(),
        ask_for_keyframe: ask_for_keyframe.clone(),
        packets: 0,
        video,
    };
    let running = tokio::spawn(run.run());
    Ok(Viewer { location, asked, answer, seen, ask_for_keyframe, running })
}

impl Viewer {
    /// What it has had so far.
    pub fn seen(&self) -> Seen {
        self.seen.lock().clone()
    }

    /// Says that it lost a picture.
    pub fn ask_for_keyframe(&self) {
        *self.ask_for_keyframe.lock() = true;
    }

    /// Waits until what was seen is enough.
    pub async fn until(
        &self,
        enough: impl Fn(&Seen) -> bool,
        patience: Duration,
    ) -> anyhow::Result<Seen> {
        let waited = timeout(patience, async {
            loop {
                let seen = self.seen();
                if enough(&seen) {
                    return seen;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        waited.await.map_err(|_| {
            let seen = self.seen();
            anyhow::anyhow!(
                "not within {patience:?}: connected {:?}, {} pictures, {} sounds, ended {}",
                seen.connected.is_some(),
                seen.pictures.len(),
                seen.sounds,
                seen.ended
            )
        })
    }
}

struct Run {
    rtc: Rtc,
    socket: UdpSocket,
    address: SocketAddr,
    behaviour: Behaviour,
    seen: Arc<Mutex<Seen>>,
    ask_for_keyframe: Arc<Mutex<bool>>,
    packets: u32,
    video: Mid,
}

impl Run {
    async fn run(mut self) -> io::Result<()> {
        let mut buffer = vec![0; 2_000];
        loop {
            let due = self.drain().await?;
            if !self.rtc.is_alive() {
                self.seen.lock().ended = true;
                return Ok(());
            }
            let wait = due.saturating_duration_since(Instant::now()).min(TICK);
            let received = timeout(wait, self.socket.recv_from(&mut buffer)).await;
            let now = Instant::now();
            let input = match received {
                Ok(Ok((length, source))) if !self.is_lost() => {
                    let bytes = buffer.get(..length).unwrap_or_default();
                    match Receive::new(Protocol::Udp, source, self.address, bytes) {
                        Ok(receive) => Input::Receive(now, receive),
                        Err(_) => Input::Timeout(now),
                    }
                }
                _ => Input::Timeout(now),
            };
            self.rtc.handle_input(input).map_err(io::Error::other)?;
            self.request_keyframe().await?;
        }
    }

    async fn request_keyframe(&mut self) -> io::Result<()> {
        if std::mem::take(&mut *self.ask_for_keyframe.lock()) {
            self.drain().await?;
            if let Some(mut writer) = self.rtc.writer(self.video) {
                writer
                    .request_keyframe(None, KeyframeRequestKind::Pli)
                    .map_err(io::Error::other)?;
            }
        }
        Ok(())
    }

    fn is_lost(&mut self) -> bool {
        if self.seen.lock().connected.is_none() {
            return false;
        }
        self.packets += self.behaviour.loss_percent;
        let lost = self.packets >= 100;
        self.packets %= 100;
        lost
    }

    async fn drain(&mut self) -> io::Result<Instant> {
        loop {
            match self.rtc.poll_output().map_err(io::Error::other)? {
                Output::Timeout(due) => return Ok(due),
                Output::Transmit(packet) => {
                    self.socket.send_to(&packet.contents, packet.destination).await?;
                }
                Output::Event(event) => self.note(&event),
            }
        }
    }

    fn note(&mut self, event: &Event) {
        let mut seen = self.seen.lock();
        match event {
            Event::Connected => seen.connected = Some(Instant::now()),
            Event::Closed | Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                seen.ended = true;
            }
            Event::MediaData(data) if data.mid == self.video => {
                seen.pictures.push(Picture {
                    at: Instant::now(),
                    time: data.time.as_seconds(),
                    keyframe: data.is_keyframe(),
                    contiguous: data.contiguous,
                    bytes: data.data.len(),
                });
            }
            Event::MediaData(_) => seen.sounds += 1,
            _ => {}
        }
    }
}
