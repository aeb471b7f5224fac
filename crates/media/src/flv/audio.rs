//! Bodies of audio messages.

use bytes::{BufMut, Bytes, BytesMut};

use super::{
    FlvError,
    header::{take, unsupported_fourcc},
};

const WHAT: &str = "audio";

/// The body of one RTMP audio message or FLV audio tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AudioTag {
    /// The `AudioSpecificConfig`.
    SequenceHeader(Bytes),
    /// One raw AAC access unit, without ADTS.
    Frame(Bytes),
    /// The encoder ended the sequence.
    EndOfSequence,
    /// Nothing that is heard: the channel layout of Enhanced RTMP.
    Other,
}

impl AudioTag {
    /// Reads a body. Slices of it are kept, nothing is copied.
    pub fn parse(mut body: Bytes) -> Result<Self, FlvError> {
        let [head] = take(&mut body, WHAT)?;
        let (format, low) = (head >> 4, head & 0x0f);
        match format {
            FORMAT_AAC => match take(&mut body, WHAT)? {
                [0] => Ok(Self::SequenceHeader(body)),
                [1] => Ok(Self::Frame(body)),
                [other] => Err(FlvError::UnknownPacketType(WHAT, other)),
            },
            FORMAT_ENHANCED => parse_enhanced(low, body),
            other => Err(FlvError::UnsupportedCodec(legacy_codec(other))),
        }
    }

    /// Writes the body in the form that every server and player reads, or nothing for what that
    /// form cannot say.
    pub fn to_body(&self) -> Option<Bytes> {
        let (packet_type, data) = match self {
            Self::SequenceHeader(record) => (0, record),
            Self::Frame(data) => (1, data),
            Self::EndOfSequence | Self::Other => return None,
        };
        let mut body = BytesMut::with_capacity(2 + data.len());
        body.put_slice(&[HEAD_AAC, packet_type]);
        body.put_slice(data);
        Some(body.freeze())
    }
}

const FORMAT_ENHANCED: u8 = 9;
const FORMAT_AAC: u8 = 10;
/// AAC always says 44.1 kHz, 16 bit, stereo; its own header has the truth.
const HEAD_AAC: u8 = FORMAT_AAC << 4 | 0x0f;

/// Enhanced RTMP v2: a packet type and the codec as `FourCC`.
fn parse_enhanced(packet_type: u8, mut body: Bytes) -> Result<AudioTag, FlvError> {
    if packet_type == 5 {
        return Err(FlvError::Multitrack(WHAT));
    }
    if !matches!(packet_type, 0..=2 | 4) {
        return Err(FlvError::UnknownPacketType(WHAT, packet_type));
    }
    let fourcc = take(&mut body, WHAT)?;
    if &fourcc != b"mp4a" {
        return Err(unsupported_fourcc(fourcc));
    }
    Ok(match packet_type {
        0 => AudioTag::SequenceHeader(body),
        1 => AudioTag::Frame(body),
        2 => AudioTag::EndOfSequence,
        _ => AudioTag::Other,
    })
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

    fn parse(body: &'static [u8]) -> Result<AudioTag, FlvError> {
        AudioTag::parse(Bytes::from_static(body))
    }

    #[track_caller]
    fn refused(body: &'static [u8], message: &str) {
        assert_eq!(parse(body).unwrap_err().to_string(), message);
    }

    #[test]
    fn reads_aac_in_both_forms() {
        let record = AudioTag::SequenceHeader(Bytes::from_static(&[0x12, 0x10]));
        assert_eq!(parse(b"\xaf\x00\x12\x10"), Ok(record.clone()));
        assert_eq!(parse(b"\x90mp4a\x12\x10"), Ok(record));
        let frame = AudioTag::Frame(Bytes::from_static(b"aac"));
        assert_eq!(parse(b"\xae\x01aac"), Ok(frame.clone()));
        assert_eq!(parse(b"\x91mp4aaac"), Ok(frame));
        assert_eq!(parse(b"\x92mp4a"), Ok(AudioTag::EndOfSequence));
        assert_eq!(parse(b"\x94mp4a\x01\x02"), Ok(AudioTag::Other));
    }

    #[test]
    fn names_what_it_refuses() {
        let remedy = "is not supported; set the encoder to H.264 video and AAC audio";
        refused(b"\x2f\xff", &format!("MP3 {remedy}"));
        refused(b"\xb2\x00", &format!("Speex {remedy}"));
        refused(b"\x90Opus\x01", &format!("Opus (Enhanced RTMP) {remedy}"));
        refused(b"\xf0", &format!("audio format 15 {remedy}"));
        refused(
            b"\x95\x00mp4a",
            "Enhanced RTMP multitrack audio is not supported; send one track of H.264 video and \
             AAC audio",
        );
        refused(b"\xaf\x02", "FLV audio packet has unknown type 2");
        refused(b"\x97mp4a", "FLV audio packet has unknown type 7");
        refused(b"", "FLV audio is cut off");
        refused(b"\xaf", "FLV audio is cut off");
        refused(b"\x91mp4", "FLV audio is cut off");
    }

    proptest! {
        #[test]
        fn frames_read_back(data: Vec<u8>) {
            let tag = AudioTag::Frame(data.into());
            prop_assert_eq!(tag.to_body().map(AudioTag::parse), Some(Ok(tag)));
        }

        #[test]
        fn any_body_is_read_or_refused(body: Vec<u8>) {
            let _ = AudioTag::parse(body.into());
        }
    }
}
