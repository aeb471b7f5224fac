//! Bodies of audio messages.

use bytes::{BufMut, Bytes, BytesMut};

use super::{
    FlvError, enhanced,
    header::{take, unsupported_fourcc},
};

const WHAT: &str = "audio";

/// What codes the sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudioCodec {
    /// AAC; headers are `AudioSpecificConfig`s, frames raw access units without ADTS.
    Aac,
    /// Opus; headers are those of RFC 7845 §5.1, frames packets.
    Opus,
}

/// What one message brings for one track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioPacket {
    /// The track; 0 unless the encoder sends several.
    pub track: u8,
    /// What codes it.
    pub codec: AudioCodec,
    /// Nanoseconds after the timestamp of the message, less than a million.
    pub nanoseconds: u32,
    /// What it brings.
    pub tag: AudioTag,
}

/// The body of one RTMP audio message or FLV audio tag, without what names its codec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AudioTag {
    /// The header that a decoder needs.
    SequenceHeader(Bytes),
    /// One frame.
    Frame(Bytes),
    /// The encoder ended the sequence.
    EndOfSequence,
}

impl AudioPacket {
    /// AAC of the only track.
    pub fn aac(tag: AudioTag) -> Self {
        Self { track: 0, codec: AudioCodec::Aac, nanoseconds: 0, tag }
    }

    /// Reads a message: one packet for each track in it, none where nothing is heard, such as a
    /// channel layout. Slices of the body are kept, nothing is copied.
    pub fn read(mut body: Bytes) -> Result<Vec<Self>, FlvError> {
        let [head] = take(&mut body, WHAT)?;
        match head >> 4 {
            FORMAT_AAC => {
                let tag = match take(&mut body, WHAT)? {
                    [0] => AudioTag::SequenceHeader(body),
                    [1] => AudioTag::Frame(body),
                    [other] => return Err(FlvError::UnknownPacketType(WHAT, other)),
                };
                Ok(vec![Self::aac(tag)])
            }
            FORMAT_ENHANCED => read_enhanced(head & 0x0f, body),
            other => Err(FlvError::UnsupportedCodec(legacy_codec(other))),
        }
    }

    /// Writes the message: AAC of the only track in the form that every server and player reads,
    /// everything else as Enhanced RTMP.
    pub fn to_body(&self) -> Bytes {
        let (packet_type, data) = match &self.tag {
            AudioTag::SequenceHeader(record) => (SEQUENCE_START, &record[..]),
            AudioTag::Frame(data) => (CODED_FRAMES, &data[..]),
            AudioTag::EndOfSequence => (SEQUENCE_END, &[][..]),
        };
        let mut body = BytesMut::with_capacity(16 + data.len());
        let plain = self.track == 0 && self.nanoseconds == 0 && packet_type != SEQUENCE_END;
        if self.codec == AudioCodec::Aac && plain {
            body.put_slice(&[HEAD_AAC, packet_type]);
        } else {
            let share = (self.track, self.codec.fourcc(), self.nanoseconds);
            enhanced::write_head(&mut body, FORMAT_ENHANCED << 4, packet_type, MULTITRACK, share);
        }
        body.put_slice(data);
        body.freeze()
    }
}

impl AudioCodec {
    fn fourcc(self) -> [u8; 4] {
        match self {
            Self::Aac => *b"mp4a",
            Self::Opus => *b"Opus",
        }
    }

    fn from_fourcc(fourcc: [u8; 4]) -> Result<Self, FlvError> {
        let known = [Self::Aac, Self::Opus].into_iter().find(|codec| codec.fourcc() == fourcc);
        known.ok_or_else(|| unsupported_fourcc(fourcc))
    }
}

const FORMAT_ENHANCED: u8 = 9;
const FORMAT_AAC: u8 = 10;
/// AAC always says 44.1 kHz, 16 bit, stereo; its own header has the truth.
const HEAD_AAC: u8 = FORMAT_AAC << 4 | 0x0f;

/// `AudioPacketType` of Enhanced RTMP; the first two are those of AAC in FLV too.
const SEQUENCE_START: u8 = 0;
const CODED_FRAMES: u8 = 1;
const SEQUENCE_END: u8 = 2;
const MULTICHANNEL_CONFIG: u8 = 4;
const MULTITRACK: u8 = 5;

fn read_enhanced(packet_type: u8, body: Bytes) -> Result<Vec<AudioPacket>, FlvError> {
    let message = enhanced::read_modifiers(packet_type, body, WHAT)?;
    if !matches!(message.packet_type, 0..=2 | MULTICHANNEL_CONFIG | MULTITRACK) {
        return Err(FlvError::UnknownPacketType(WHAT, message.packet_type));
    }
    let mut packets = Vec::new();
    for share in enhanced::read_shares(message.packet_type, message.body, MULTITRACK, WHAT)? {
        let codec = AudioCodec::from_fourcc(share.fourcc)?;
        let tag = match share.packet_type {
            SEQUENCE_START => AudioTag::SequenceHeader(share.body),
            CODED_FRAMES => AudioTag::Frame(share.body),
            SEQUENCE_END => AudioTag::EndOfSequence,
            MULTICHANNEL_CONFIG => continue,
            other => return Err(FlvError::UnknownPacketType(WHAT, other)),
        };
        let (track, nanoseconds) = (share.track, message.nanoseconds);
        packets.push(AudioPacket { track, codec, nanoseconds, tag });
    }
    Ok(packets)
}

fn legacy_codec(format: u8) -> String {
    match format {
        0 | 3 => "PCM".into(),
        1 => "ADPCM".into(),
        2 | 14 => "MP3".into(),
        4..=6 => "Nellymoser".into(),
        7 => "G.711 A-law".into(),
        8 => "G.711 mu-law".into(),
        11 => "Speex".into(),
        // Not in the specification, used before Enhanced RTMP.
        13 => "Opus".into(),
        other => format!("audio format {other}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(body: &'static [u8]) -> Result<Vec<AudioPacket>, FlvError> {
        AudioPacket::read(Bytes::from_static(body))
    }

    #[track_caller]
    fn refused(body: &'static [u8], message: &str) {
        assert_eq!(read(body).unwrap_err().to_string(), message);
    }

    #[test]
    fn reads_aac_in_both_forms() {
        let record = AudioPacket::aac(AudioTag::SequenceHeader(Bytes::from_static(&[0x12, 0x10])));
        assert_eq!(read(b"\xaf\x00\x12\x10"), Ok(vec![record.clone()]));
        assert_eq!(read(b"\x90mp4a\x12\x10"), Ok(vec![record]));
        let frame = AudioPacket::aac(AudioTag::Frame(Bytes::from_static(b"aac")));
        assert_eq!(read(b"\xae\x01aac"), Ok(vec![frame.clone()]));
        assert_eq!(read(b"\x91mp4aaac"), Ok(vec![frame]));
        assert_eq!(read(b"\x92mp4a"), Ok(vec![AudioPacket::aac(AudioTag::EndOfSequence)]));
        assert_eq!(read(b"\x94mp4a\x01\x02"), Ok(vec![]));
    }

    #[test]
    fn reads_opus_and_tracks() {
        let opus = |track, nanoseconds, tag| AudioPacket {
            track,
            codec: AudioCodec::Opus,
            nanoseconds,
            tag,
        };
        let frame = || AudioTag::Frame(Bytes::from_static(b"opus"));
        let head = AudioTag::SequenceHeader(Bytes::from_static(b"OpusHead"));
        assert_eq!(read(b"\x90OpusOpusHead"), Ok(vec![opus(0, 0, head)]));
        assert_eq!(read(b"\x91Opusopus"), Ok(vec![opus(0, 0, frame())]));
        assert_eq!(read(b"\x97\x02\x00\x01\x00\x01Opusopus"), Ok(vec![opus(0, 256, frame())]));
        assert_eq!(read(b"\x95\x01Opus\x03opus"), Ok(vec![opus(3, 0, frame())]));
    }

    #[test]
    fn names_what_it_refuses() {
        let remedy = "is not supported; set the encoder to H.264, HEVC or AV1 video and AAC or Opus \
                      audio";
        refused(b"\x2f\xff", &format!("MP3 {remedy}"));
        refused(b"\xb2\x00", &format!("Speex {remedy}"));
        refused(b"\x90fLaC\x01", &format!("FLAC (Enhanced RTMP) {remedy}"));
        refused(b"\xf0", &format!("audio format 15 {remedy}"));
        refused(b"\xaf\x02", "FLV audio packet has unknown type 2");
        refused(b"\x96mp4a", "FLV audio packet has unknown type 6");
        refused(b"", "FLV audio is cut off");
        refused(b"\xaf", "FLV audio is cut off");
        refused(b"\x91mp4", "FLV audio is cut off");
    }

    proptest! {
        #[test]
        fn frames_read_back(data: Vec<u8>, track: u8, nanoseconds in 0..1_000_000_u32, opus: bool) {
            let codec = if opus { AudioCodec::Opus } else { AudioCodec::Aac };
            let tag = AudioTag::Frame(data.into());
            let packet = AudioPacket { track, codec, nanoseconds, tag };
            prop_assert_eq!(AudioPacket::read(packet.to_body()), Ok(vec![packet]));
        }

        #[test]
        fn any_body_is_read_or_refused(body: Vec<u8>) {
            let _ = AudioPacket::read(body.into());
        }
    }
}
