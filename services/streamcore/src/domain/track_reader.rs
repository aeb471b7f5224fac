//! Turns the audio and video messages of one publisher into frames.

use std::sync::Arc;

use bytes::Bytes;
use media::{
    CodecConfig, Frame,
    aac::{AacError, AudioConfig},
    av1::{Av1Config, Av1Error},
    flv::{AudioCodec, AudioPacket, AudioTag, FlvError, VideoCodec, VideoPacket, VideoTag},
    frame::VIDEO_TIMESCALE,
    h264::{AvcConfig, H264Error},
    hevc::{HevcConfig, HevcError},
    opus::{OpusConfig, OpusError},
};

/// Remembers the codec configuration of each track. See the [module](self).
///
/// Of several tracks of a kind, which Enhanced RTMP can carry, the one whose header came first is
/// taken.
#[derive(Debug, Default)]
pub struct TrackReader {
    video: Option<Track>,
    audio: Option<Track>,
    notice: Option<&'static str>,
    noticed: bool,
}

#[derive(Debug)]
struct Track {
    number: u8,
    config: Arc<CodecConfig>,
}

/// A frame and the configuration it was coded with.
pub type Coded = (Frame, Arc<CodecConfig>);

/// Why a publisher's media cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableMedia {
    /// The message is malformed or its codec is not supported.
    #[error(transparent)]
    Message(#[from] FlvError),
    /// The H.264 header is malformed or says something that is not supported.
    #[error("the H.264 header cannot be used: {0}")]
    H264(#[from] H264Error),
    /// The HEVC header is malformed or says something that is not supported.
    #[error("the HEVC header cannot be used: {0}")]
    Hevc(#[from] HevcError),
    /// The AV1 header is malformed or says something that is not supported.
    #[error("the AV1 header cannot be used: {0}")]
    Av1(#[from] Av1Error),
    /// The AAC header is malformed or says something that is not supported.
    #[error("the AAC header cannot be used: {0}")]
    Aac(#[from] AacError),
    /// The Opus header is malformed or says something that is not supported.
    #[error("the Opus header cannot be used: {0}")]
    Opus(#[from] OpusError),
    /// A frame is of another codec than the header before it.
    #[error("the encoder changed its codec without sending the header of the new one")]
    Unannounced,
}

impl TrackReader {
    /// Reads a video message sent at `timestamp_ms` of the publisher's clock; `None` when it
    /// carries no frame.
    pub fn video(
        &mut self,
        timestamp_ms: u64,
        body: Bytes,
    ) -> Result<Option<Coded>, UnreadableMedia> {
        let mut coded = None;
        for packet in VideoPacket::read(body)? {
            if is_other(self.video.as_ref(), packet.track) {
                self.notice = Some("the encoder sends several pictures; the first is taken");
                continue;
            }
            match packet.tag {
                VideoTag::SequenceHeader(record) => {
                    let config = video_header(packet.codec, &record)?;
                    set(&mut self.video, packet.track, config);
                }
                VideoTag::Frame { keyframe, composition_time_ms, data } => {
                    let Some(track) = &self.video else { continue };
                    let config = track.config.clone();
                    if !is_coded_as(&config, packet.codec) {
                        return Err(UnreadableMedia::Unannounced);
                    }
                    // The flag only says where the encoder meant one to be.
                    let keyframe = keyframe && config.starts_decoding(&data);
                    let dts = ticks(timestamp_ms, packet.nanoseconds, VIDEO_TIMESCALE);
                    let offset = i64::from(composition_time_ms);
                    let pts = dts + offset * i64::from(VIDEO_TIMESCALE) / 1_000;
                    coded = Some((Frame { dts, pts, keyframe, data }, config));
                }
                VideoTag::EndOfSequence => {}
            }
        }
        Ok(coded)
    }

    /// Reads an audio message, as [`TrackReader::video`] does.
    pub fn audio(
        &mut self,
        timestamp_ms: u64,
        body: Bytes,
    ) -> Result<Option<Coded>, UnreadableMedia> {
        let mut coded = None;
        for packet in AudioPacket::read(body)? {
            if is_other(self.audio.as_ref(), packet.track) {
                self.notice = Some("the encoder sends several sound tracks; the first is taken");
                continue;
            }
            match packet.tag {
                AudioTag::SequenceHeader(record) => {
                    let config = audio_header(packet.codec, &record)?;
                    set(&mut self.audio, packet.track, config);
                }
                AudioTag::Frame(data) => {
                    let Some(track) = &self.audio else { continue };
                    let config = track.config.clone();
                    if !is_sounding_as(&config, packet.codec) {
                        return Err(UnreadableMedia::Unannounced);
                    }
                    let dts = ticks(timestamp_ms, packet.nanoseconds, config.timescale());
                    coded = Some((Frame { dts, pts: dts, keyframe: true, data }, config));
                }
                AudioTag::EndOfSequence => {}
            }
        }
        Ok(coded)
    }

    /// What the person at the encoder should know and was not told before.
    pub fn take_notice(&mut self) -> Option<&'static str> {
        let notice = self.notice.take().filter(|_| !self.noticed);
        self.noticed |= notice.is_some();
        notice
    }
}

fn is_other(track: Option<&Track>, number: u8) -> bool {
    track.is_some_and(|track| track.number != number)
}

fn is_coded_as(config: &CodecConfig, codec: VideoCodec) -> bool {
    matches!(
        (config, codec),
        (CodecConfig::H264(_), VideoCodec::H264)
            | (CodecConfig::Hevc(_), VideoCodec::Hevc)
            | (CodecConfig::Av1(_), VideoCodec::Av1)
    )
}

fn is_sounding_as(config: &CodecConfig, codec: AudioCodec) -> bool {
    matches!(
        (config, codec),
        (CodecConfig::Aac(_), AudioCodec::Aac) | (CodecConfig::Opus(_), AudioCodec::Opus)
    )
}

fn video_header(codec: VideoCodec, record: &[u8]) -> Result<CodecConfig, UnreadableMedia> {
    // A copy, so that a header kept for hours does not pin the buffer it came in.
    let record = Bytes::copy_from_slice(record);
    Ok(match codec {
        VideoCodec::H264 => CodecConfig::H264(AvcConfig::parse(record)?),
        VideoCodec::Hevc => CodecConfig::Hevc(HevcConfig::parse(record)?),
        VideoCodec::Av1 => CodecConfig::Av1(Av1Config::parse(record)?),
    })
}

fn audio_header(codec: AudioCodec, record: &[u8]) -> Result<CodecConfig, UnreadableMedia> {
    Ok(match codec {
        AudioCodec::Aac => CodecConfig::Aac(AudioConfig::parse(Bytes::copy_from_slice(record))?),
        AudioCodec::Opus => CodecConfig::Opus(OpusConfig::parse_head(record)?),
    })
}

/// Keeps the old value when nothing changed: encoders repeat their headers.
fn set(slot: &mut Option<Track>, number: u8, config: CodecConfig) {
    if slot.as_ref().is_none_or(|track| *track.config != config) {
        *slot = Some(Track { number, config: Arc::new(config) });
    }
}

/// Ticks of a track's clock.
fn ticks(timestamp_ms: u64, nanoseconds: u32, timescale: u32) -> i64 {
    // RTMP timestamps never come near the limit.
    let milliseconds = i64::try_from(timestamp_ms).unwrap_or(i64::MAX / 1_000_000);
    let fraction = i64::from(nanoseconds) * i64::from(timescale) / 1_000_000_000;
    milliseconds * i64::from(timescale) / 1_000 + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opus(track: u8, nanoseconds: u32, tag: AudioTag) -> Bytes {
        AudioPacket { track, codec: AudioCodec::Opus, nanoseconds, tag }.to_body()
    }

    #[test]
    fn the_first_of_several_tracks_is_taken() {
        let mut reader = TrackReader::default();
        let head = AudioTag::SequenceHeader(OpusConfig::new(2).to_head());
        let frame = || AudioTag::Frame(Bytes::from_static(&[0xfc]));
        assert_eq!(reader.audio(0, opus(2, 0, frame())), Ok(None), "no header yet");
        assert_eq!(reader.audio(0, opus(2, 0, head.clone())), Ok(None));
        assert_eq!(reader.take_notice(), None);
        assert_eq!(reader.audio(0, opus(0, 0, head)), Ok(None));
        assert_eq!(reader.audio(20, opus(0, 0, frame())), Ok(None));
        assert!(reader.take_notice().unwrap().contains("several sound tracks"));
        let (taken, config) = reader.audio(20, opus(2, 500_000, frame())).unwrap().unwrap();
        assert_eq!((taken.dts, config.timescale()), (984, 48_000));
        assert_eq!(reader.audio(20, opus(0, 0, frame())), Ok(None));
        assert_eq!(reader.take_notice(), None, "it was told");
    }

    #[test]
    fn frames_of_a_codec_that_no_header_announced_are_refused() {
        let mut reader = TrackReader::default();
        let head = AudioTag::SequenceHeader(OpusConfig::new(2).to_head());
        reader.audio(0, opus(0, 0, head)).unwrap();
        let tag = AudioTag::Frame(Bytes::from_static(&[0x21]));
        let aac = AudioPacket { track: 0, codec: AudioCodec::Aac, nanoseconds: 0, tag }.to_body();
        assert_eq!(reader.audio(20, aac), Err(UnreadableMedia::Unannounced));
    }
}
