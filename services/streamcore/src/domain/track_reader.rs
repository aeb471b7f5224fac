//! Turns the audio and video messages of one publisher into frames.

use std::sync::Arc;

use bytes::Bytes;
use media::{
    CodecConfig, Frame,
    aac::{AacError, AudioConfig},
    flv::{AudioTag, FlvError, VideoTag},
    frame::VIDEO_TIMESCALE,
    h264::{AvcConfig, H264Error, has_idr},
};

/// Video ticks in a millisecond.
const TICKS_PER_MS: i64 = VIDEO_TIMESCALE as i64 / 1_000;

/// Remembers the codec configuration of each track. See the [module](self).
#[derive(Debug, Default)]
pub struct TrackReader {
    video: Option<Arc<CodecConfig>>,
    audio: Option<Arc<CodecConfig>>,
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
    Video(#[from] H264Error),
    /// The AAC header is malformed or says something that is not supported.
    #[error("the AAC header cannot be used: {0}")]
    Audio(#[from] AacError),
}

impl TrackReader {
    /// Reads a video message sent at `timestamp_ms` of the publisher's clock; `None` when it
    /// carries no frame.
    pub fn video(
        &mut self,
        timestamp_ms: u64,
        body: Bytes,
    ) -> Result<Option<Coded>, UnreadableMedia> {
        match VideoTag::parse(body)? {
            VideoTag::SequenceHeader(record) => {
                // A copy, so that a header kept for hours does not pin the buffer it came in.
                let record = Bytes::copy_from_slice(&record);
                set(&mut self.video, CodecConfig::H264(AvcConfig::parse(record)?));
                Ok(None)
            }
            VideoTag::Frame { keyframe, composition_time_ms, data } => {
                let Some(config) = self.video.clone() else { return Ok(None) };
                let CodecConfig::H264(avc) = &*config else { return Ok(None) };
                // The flag only says where the encoder meant one to be; decoders need the IDR.
                let keyframe = keyframe && has_idr(&data, avc.nal_length_size);
                let dts = milliseconds(timestamp_ms) * TICKS_PER_MS;
                let pts = dts + i64::from(composition_time_ms) * TICKS_PER_MS;
                Ok(Some((Frame { dts, pts, keyframe, data }, config)))
            }
            VideoTag::EndOfSequence | VideoTag::Other => Ok(None),
        }
    }

    /// Reads an audio message, as [`TrackReader::video`] does.
    pub fn audio(
        &mut self,
        timestamp_ms: u64,
        body: Bytes,
    ) -> Result<Option<Coded>, UnreadableMedia> {
        match AudioTag::parse(body)? {
            AudioTag::SequenceHeader(record) => {
                let record = Bytes::copy_from_slice(&record);
                set(&mut self.audio, CodecConfig::Aac(AudioConfig::parse(record)?));
                Ok(None)
            }
            AudioTag::Frame(data) => {
                let Some(config) = self.audio.clone() else { return Ok(None) };
                let dts = milliseconds(timestamp_ms) * i64::from(config.timescale()) / 1_000;
                Ok(Some((Frame { dts, pts: dts, keyframe: true, data }, config)))
            }
            AudioTag::EndOfSequence | AudioTag::Other => Ok(None),
        }
    }
}

/// Keeps the old value when nothing changed: encoders repeat their headers.
fn set(slot: &mut Option<Arc<CodecConfig>>, config: CodecConfig) {
    if slot.as_deref() != Some(&config) {
        *slot = Some(Arc::new(config));
    }
}

/// Milliseconds as a signed number; RTMP timestamps never come near the limit.
fn milliseconds(timestamp_ms: u64) -> i64 {
    i64::try_from(timestamp_ms).unwrap_or(i64::MAX / 1_000_000)
}
