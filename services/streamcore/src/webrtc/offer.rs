//! What a peer offers, and the answer to it.

use std::{net::SocketAddr, time::Instant};

use media::{CodecConfig, TrackKind, h264::AvcConfig};
use rand::Rng as _;
use str0m::{
    Candidate, IceCreds, Rtc, RtcConfig,
    change::SdpOffer,
    config::DtlsCert,
    format::{Codec, PayloadParams},
    media::{MediaKind, Mid},
    rtp::Extension,
};

use super::{SessionError, viewer::Track};
use crate::live::LiveStream;

/// Number of the header extension that names the track of a packet.
const MID_EXTENSION: u8 = 4;
/// `profile_idc` of the Baseline profile.
const BASELINE: u8 = 66;

/// What an answer is made with.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    pub(super) credentials: IceCreds,
    pub(super) candidates: &'a [SocketAddr],
    pub(super) certificate: &'a DtlsCert,
}

/// A session that was agreed on.
pub(super) struct Accepted {
    pub(super) rtc: Rtc,
    pub(super) tracks: Vec<Track>,
    /// SDP.
    pub(super) answer: String,
}

/// What a stream brings that WebRTC carries.
#[derive(Debug, Clone)]
pub(super) struct Carried {
    video: Option<AvcConfig>,
    sound: bool,
}

impl Carried {
    /// Looks at what is on the bus.
    pub(super) fn of(live: &LiveStream) -> Result<Self, SessionError> {
        let (video, audio) = (live.bus.config(TrackKind::Video), live.bus.config(TrackKind::Audio));
        let sound = matches!(audio.as_deref(), Some(CodecConfig::Opus(_)));
        let unplayable = match (video.as_deref(), audio.as_deref()) {
            (Some(CodecConfig::H264(_)), _) if live.bus.is_reordered() => {
                "the stream has B-frames, which WebRTC does not carry; watch it by HLS, or set \
                 B-frames to 0 in the encoder"
            }
            (Some(CodecConfig::H264(avc)), _) => {
                return Ok(Self { video: Some(avc.clone()), sound });
            }
            (Some(_), _) => "the pictures are not H.264; watch the stream by HLS",
            (None, Some(_)) if sound => return Ok(Self { video: None, sound }),
            (None, Some(_)) => "the stream is sound alone and not Opus; listen to it by HLS",
            (None, None) => return Err(SessionError::Starting),
        };
        Err(SessionError::Unplayable(unplayable))
    }
}

/// Why an offer is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OfferError {
    /// It is not SDP.
    #[error("the body is no SDP offer: {0}")]
    Malformed(String),
    /// It is SDP, but no session can be made of it.
    #[error("no session can be made of the offer: {0}")]
    Unusable(String),
    /// It does not offer to receive, in a codec that the stream has.
    #[error("the stream is {0}, which the offer does not accept")]
    NoCommonCodec(&'static str),
}

/// Answers somebody who wants to watch.
pub(super) fn accept_viewer(
    offer: &str,
    carried: &Carried,
    terms: &Terms<'_>,
    now: Instant,
) -> Result<Accepted, OfferError> {
    let offer = SdpOffer::from_sdp_string(offer)
        .map_err(|error| OfferError::Malformed(error.to_string()))?;
    let mut rtc = configuration(carried, terms).build(now);
    for candidate in terms.candidates {
        let candidate = Candidate::host(*candidate, "udp")
            .map_err(|error| OfferError::Unusable(error.to_string()))?;
        rtc.add_local_candidate(candidate);
    }
    let answer = rtc
        .sdp_api()
        .accept_offer(offer)
        .map_err(|error| OfferError::Unusable(error.to_string()))?;
    let answer = answer.to_sdp_string();
    let tracks = negotiated(&rtc, &answer, carried);
    let needed = if carried.video.is_some() { TrackKind::Video } else { TrackKind::Audio };
    if !tracks.iter().any(|track| track.kind == needed) {
        let name = if carried.video.is_some() { "H.264" } else { "Opus" };
        return Err(OfferError::NoCommonCodec(name));
    }
    Ok(Accepted { rtc, tracks, answer })
}

fn configuration(carried: &Carried, terms: &Terms<'_>) -> RtcConfig {
    RtcConfig::new()
        .set_ice_lite(true)
        .set_rtp_mode(true)
        .set_local_ice_credentials(terms.credentials.clone())
        .set_dtls_cert(terms.certificate.clone())
        .clear_codecs()
        .enable_h264(carried.video.is_some())
        .enable_opus(carried.sound, false)
        .clear_extension_map()
        .set_extension(MID_EXTENSION, Extension::RtpMid)
}

/// The tracks that the peer takes, the first of each kind.
fn negotiated(rtc: &Rtc, answer: &str, carried: &Carried) -> Vec<Track> {
    let mut tracks: Vec<Track> = Vec::new();
    for mid in answer.lines().filter_map(|line| line.strip_prefix("a=mid:")) {
        let mid = Mid::from(mid);
        let Some(media) = rtc.media(mid) else { continue };
        let kind = match media.kind() {
            MediaKind::Video => TrackKind::Video,
            MediaKind::Audio => TrackKind::Audio,
        };
        let taken = tracks.iter().any(|track| track.kind == kind);
        if taken || !media.direction().is_sending() {
            continue;
        }
        let accepted = media.remote_pts();
        let offered = rtc.codec_config().params().iter();
        let usable = offered.filter(|params| accepted.contains(&params.pt()));
        let best = usable.filter_map(|it| Some((suitability(it, kind, carried)?, it.pt()))).max();
        let Some((_, pt)) = best else { continue };
        let mut random = rand::rng();
        // In the lower half, so that the count does not go round before the peer has seen it.
        let sequence = u64::from(random.next_u32() & 0x7fff);
        tracks.push(Track { kind, mid, pt, sequence, time: 0, base: random.next_u32() });
    }
    tracks
}

/// How well a format suits a track; `None` when it does not.
fn suitability(params: &PayloadParams, kind: TrackKind, carried: &Carried) -> Option<u8> {
    let spec = params.spec();
    match (kind, spec.codec) {
        (TrackKind::Video, Codec::H264) => {
            let avc = carried.video.as_ref()?;
            if spec.format.packetization_mode != Some(1) {
                return None;
            }
            let offered = spec.format.profile_level_id.map_or(BASELINE, profile);
            // Browsers decode what comes, whatever was said: another profile is better than none.
            Some(if offered == avc.profile_idc { 2 } else { 1 })
        }
        (TrackKind::Audio, Codec::Opus) => Some(1),
        _ => None,
    }
}

/// `profile_idc` of a `profile-level-id`.
fn profile(profile_level_id: u32) -> u8 {
    profile_level_id.to_be_bytes()[1]
}
