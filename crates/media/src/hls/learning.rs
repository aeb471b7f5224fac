//! The first moments of a stream: enough frames to know what its playlists must promise.
//!
//! `EXT-X-TARGETDURATION` and `PART-TARGET` may never change, so nothing is published before the
//! distance between keyframes and the frame rate have been seen.

use std::sync::Arc;

use super::{
    cadence,
    clock::{ticks_to_us, us_to_ticks},
    packager::Settings,
};
use crate::{CodecConfig, Frame, TrackKind, opus};

/// Frames are watched at least this long, so that audio is noticed and the rate is known.
const SHORTEST: i64 = 500_000;
/// How long a stream may bring sound alone before it is taken to have no picture.
const AUDIO_ALONE: i64 = 2_000_000;
/// Bytes kept while learning; more than a 12 s GOP at 40 Mb/s.
const MAX_BYTES: usize = 64 << 20;
/// Where media time starts, so that sound a little older than the first picture is not negative.
const LEAD: i64 = 10_000_000;

/// A frame as it came.
#[derive(Debug, Clone)]
pub(super) struct Received {
    /// The frame.
    pub(super) frame: Arc<Frame>,
    /// The codec configuration in force.
    pub(super) config: Arc<CodecConfig>,
    /// The publishing session it came from.
    pub(super) session: u64,
    /// Microseconds since 1970 when it arrived.
    pub(super) arrived: i64,
}

impl Received {
    /// Decode time in microseconds of the publisher's clock.
    pub(super) fn time(&self) -> i64 {
        ticks_to_us(self.frame.dts, self.config.timescale())
    }
}

/// Frames of a stream that has not been published yet.
#[derive(Debug, Default)]
pub(super) struct Learning {
    received: Vec<Received>,
    bytes: usize,
}

/// What was learnt of one track.
#[derive(Debug, Clone)]
pub(super) struct Track {
    /// Its configuration.
    pub(super) config: Arc<CodecConfig>,
    /// Ticks a frame lasts.
    pub(super) frame_duration: i64,
}

/// What was learnt.
#[derive(Debug)]
pub(super) struct Learnt {
    /// The frames to publish first, starting at a keyframe.
    pub(super) frames: Vec<Received>,
    /// The video track, if there is one.
    pub(super) video: Option<Track>,
    /// The audio track, if there is one.
    pub(super) audio: Option<Track>,
    /// `EXT-X-TARGETDURATION`, seconds.
    pub(super) target_duration: u32,
    /// `PART-TARGET`, microseconds.
    pub(super) part_target: i64,
    /// Microseconds since 1970 of media time zero.
    pub(super) epoch: i64,
    /// Add to the publisher's time, in microseconds, to get media time.
    pub(super) offset: i64,
}

impl Learning {
    /// Takes a frame; answers once enough is known.
    pub(super) fn push(&mut self, received: Received, settings: &Settings) -> Option<Learnt> {
        let is_video = received.config.kind() == TrackKind::Video;
        if is_video && !received.frame.keyframe && !self.has_video() {
            return None;
        }
        self.bytes += received.frame.data.len();
        self.received.push(received);
        self.complete(settings).then(|| self.conclude(settings)).flatten()
    }

    /// Forgets what came so far, for a publisher that left before anything was known.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    fn has_video(&self) -> bool {
        self.times(TrackKind::Video).next().is_some()
    }

    fn complete(&self, settings: &Settings) -> bool {
        let span = |kind| {
            let mut times = self.times(kind);
            let first = times.next()?;
            Some(times.last()? - first)
        };
        match span(TrackKind::Video) {
            Some(span) => {
                let closed_gop = self.keyframes().nth(1).is_some();
                (closed_gop && span >= SHORTEST)
                    || span >= settings.max_gop
                    || self.bytes >= MAX_BYTES
            }
            None => span(TrackKind::Audio).is_some_and(|span| span >= AUDIO_ALONE),
        }
    }

    fn conclude(&mut self, settings: &Settings) -> Option<Learnt> {
        let (video, audio) = (self.track(TrackKind::Video), self.track(TrackKind::Audio));
        let start = match self.keyframes().next() {
            Some(keyframe) => keyframe,
            None => self.received.first()?.time(),
        };
        // The frame that was delayed least tells what the publisher's clock reads now.
        let wall = self.received.iter().map(|received| received.arrived - received.time()).min()?;
        let epoch = wall + start - LEAD;
        let learnt = Learnt {
            target_duration: self.target_duration(settings),
            part_target: part_target(video.as_ref().or(audio.as_ref())?, settings),
            frames: Vec::new(),
            video,
            audio,
            epoch,
            offset: wall - epoch,
        };
        let frames = std::mem::take(&mut self.received);
        self.reset();
        let frames = frames.into_iter().filter(|received| received.time() >= start).collect();
        Some(Learnt { frames, ..learnt })
    }

    fn track(&self, kind: TrackKind) -> Option<Track> {
        let first = self.received.iter().find(|received| received.config.kind() == kind)?;
        let config = first.config.clone();
        let timescale = config.timescale();
        let frame_duration = match &*config {
            CodecConfig::Aac(audio) => i64::from(audio.samples_per_frame),
            CodecConfig::Opus(_) => i64::from(opus_samples(&first.frame.data)),
            CodecConfig::H264(_) | CodecConfig::Hevc(_) | CodecConfig::Av1(_) => {
                let claimed = config
                    .picture()?
                    .frame_rate
                    .map(|rate| (i64::from(rate.numerator), i64::from(rate.denominator)));
                let times: Vec<i64> = self
                    .received
                    .iter()
                    .filter(|received| received.config.kind() == kind)
                    .map(|received| received.frame.dts)
                    .collect();
                cadence::frame_duration(&times, timescale, claimed)
                    .unwrap_or_else(|| us_to_ticks(40_000, timescale))
            }
        };
        Some(Track { config, frame_duration })
    }

    /// Segments end at the first keyframe past the shortest segment, so the longest one of a
    /// source with evenly spaced keyframes is a multiple of their distance.
    fn target_duration(&self, settings: &Settings) -> u32 {
        let keyframes: Vec<i64> = self.keyframes().collect();
        let gop = keyframes
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .max()
            .unwrap_or(if self.has_video() { settings.max_gop } else { settings.min_segment });
        let gop = gop.max(1);
        let segment = gop * divide_up(settings.min_segment - gop / 20, gop).max(1);
        u32::try_from(divide_up(segment - 50_000, 1_000_000)).unwrap_or(u32::MAX).max(1)
    }

    fn times(&self, kind: TrackKind) -> impl Iterator<Item = i64> + '_ {
        self.received.iter().filter(move |r| r.config.kind() == kind).map(Received::time)
    }

    fn keyframes(&self) -> impl Iterator<Item = i64> + '_ {
        self.received
            .iter()
            .filter(|r| r.config.kind() == TrackKind::Video && r.frame.keyframe)
            .map(Received::time)
    }
}

/// Samples of a packet; 20 ms is what encoders send unless they are told otherwise.
fn opus_samples(packet: &[u8]) -> u32 {
    opus::packet_samples(packet).unwrap_or(960)
}

/// A whole number of frames near the part length asked for, plus room for rounded timestamps.
fn part_target(track: &Track, settings: &Settings) -> i64 {
    const ROUNDING: i64 = 2_000;
    let frame = ticks_to_us(track.frame_duration, track.config.timescale()).max(1);
    let frames = ((settings.part + frame / 2) / frame).max(1);
    ticks_to_us(frames * track.frame_duration, track.config.timescale()) + ROUNDING
}

fn divide_up(numerator: i64, denominator: i64) -> i64 {
    (numerator + denominator - 1).div_euclid(denominator)
}
