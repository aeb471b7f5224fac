//! Bodies of video messages.

use bytes::{BufMut, Bytes, BytesMut};

use super::{
    FlvError,
    header::{take, unsupported_fourcc},
};

const WHAT: &str = "video";

/// The body of one RTMP video message or FLV video tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VideoTag {
    /// The `AVCDecoderConfigurationRecord` (avcC).
    SequenceHeader(Bytes),
    /// One access unit.
    Frame {
        /// What the encoder says; the bitstream has the last word.
        keyframe: bool,
        /// Presentation minus decode time in milliseconds, signed 24 bits on the wire.
        composition_time_ms: i32,
        /// NAL units with the length prefix that the sequence header announced.
        data: Bytes,
    },
    /// The encoder ended the sequence.
    EndOfSequence,
    /// Nothing that is shown: a command frame of an old player, or colour metadata.
    Other,
}

impl VideoTag {
    /// Reads a body. Slices of it are kept, nothing is copied.
    pub fn parse(mut body: Bytes) -> Result<Self, FlvError> {
        let [head] = take(&mut body, WHAT)?;
        if head & 0x80 != 0 {
            return parse_enhanced(head, body);
        }
        let (frame_type, codec) = (head >> 4, head & 0x0f);
        if frame_type == FRAME_COMMAND {
            return Ok(Self::Other);
        }
        if codec != CODEC_AVC {
            return Err(FlvError::UnsupportedCodec(legacy_codec(codec)));
        }
        let [packet_type] = take(&mut body, WHAT)?;
        match packet_type {
            0 => {
                composition_time(&mut body)?;
                Ok(Self::SequenceHeader(body))
            }
            1 => {
                let composition_time_ms = composition_time(&mut body)?;
                Ok(Self::Frame { keyframe: is_key(frame_type), composition_time_ms, data: body })
            }
            2 => Ok(Self::EndOfSequence),
            other => Err(FlvError::UnknownPacketType(WHAT, other)),
        }
    }

    /// Writes the body in the form that every server and player reads. A composition time outside
    /// 24 bits is clamped; [`VideoTag::Other`] becomes a command frame.
    pub fn to_body(&self) -> Bytes {
        let (frame_type, packet_type, composition_time_ms, data) = match self {
            Self::SequenceHeader(record) => (FRAME_KEY, 0, 0, record.as_ref()),
            Self::Frame { keyframe, composition_time_ms, data } => {
                let frame_type = if *keyframe { FRAME_KEY } else { FRAME_INTER };
                (frame_type, 1, *composition_time_ms, data.as_ref())
            }
            Self::EndOfSequence => (FRAME_KEY, 2, 0, &[][..]),
            Self::Other => return Bytes::from_static(&[FRAME_COMMAND << 4 | CODEC_AVC, 0]),
        };
        let mut body = BytesMut::with_capacity(5 + data.len());
        body.put_u8(frame_type << 4 | CODEC_AVC);
        body.put_u8(packet_type);
        let [_, composition @ ..] = composition_time_ms.clamp(-0x80_0000, 0x7f_ffff).to_be_bytes();
        body.put_slice(&composition);
        body.put_slice(data);
        body.freeze()
    }
}

const FRAME_KEY: u8 = 1;
const FRAME_INTER: u8 = 2;
const FRAME_GENERATED_KEY: u8 = 4;
const FRAME_COMMAND: u8 = 5;
const CODEC_AVC: u8 = 7;

/// Enhanced RTMP: the packet type stands where the codec was, the codec follows as `FourCC`.
fn parse_enhanced(head: u8, mut body: Bytes) -> Result<VideoTag, FlvError> {
    let (frame_type, packet_type) = ((head >> 4) & 0x07, head & 0x0f);
    if packet_type == 6 {
        return Err(FlvError::Multitrack(WHAT));
    }
    if packet_type > 6 {
        return Err(FlvError::UnknownPacketType(WHAT, packet_type));
    }
    if frame_type == FRAME_COMMAND && packet_type != 4 {
        return Ok(VideoTag::Other);
    }
    let fourcc = take(&mut body, WHAT)?;
    if &fourcc != b"avc1" {
        return Err(unsupported_fourcc(fourcc));
    }
    match packet_type {
        0 => Ok(VideoTag::SequenceHeader(body)),
        1 | 3 => {
            let composition_time_ms =
                if packet_type == 1 { composition_time(&mut body)? } else { 0 };
            Ok(VideoTag::Frame { keyframe: is_key(frame_type), composition_time_ms, data: body })
        }
        2 => Ok(VideoTag::EndOfSequence),
        _ => Ok(VideoTag::Other),
    }
}

fn is_key(frame_type: u8) -> bool {
    matches!(frame_type, FRAME_KEY | FRAME_GENERATED_KEY)
}

fn composition_time(body: &mut Bytes) -> Result<i32, FlvError> {
    let [high, mid, low] = take(body, WHAT)?;
    // The 24 bits go to the top so that the shift down carries the sign.
    Ok(i32::from_be_bytes([high, mid, low, 0]) >> 8)
}

fn legacy_codec(id: u8) -> String {
    match id {
        2 => "Sorenson H.263".into(),
        3 => "Screen Video".into(),
        4 => "VP6".into(),
        5 => "VP6 with alpha".into(),
        6 => "Screen Video 2".into(),
        8 => "H.263".into(),
        9 => "MPEG-4 Part 2".into(),
        // Not in the specification; CDNs and encoders agreed on these before Enhanced RTMP.
        12 => "HEVC".into(),
        13 => "AV1".into(),
        other => format!("video codec {other}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(body: &'static [u8]) -> Result<VideoTag, FlvError> {
        VideoTag::parse(Bytes::from_static(body))
    }

    #[track_caller]
    fn refused(body: &'static [u8], message: &str) {
        assert_eq!(parse(body).unwrap_err().to_string(), message);
    }

    #[test]
    fn reads_h264_in_both_forms() {
        let record = VideoTag::SequenceHeader(Bytes::from_static(&[1, 100]));
        assert_eq!(parse(b"\x17\x00\x00\x00\x00\x01\x64"), Ok(record.clone()));
        assert_eq!(parse(b"\x90avc1\x01\x64"), Ok(record));

        let frame = |keyframe, composition_time_ms| VideoTag::Frame {
            keyframe,
            composition_time_ms,
            data: Bytes::from_static(b"nal"),
        };
        assert_eq!(parse(b"\x17\x01\x00\x00\x50nal"), Ok(frame(true, 80)));
        assert_eq!(parse(b"\x27\x01\xff\xff\xfenal"), Ok(frame(false, -2)));
        assert_eq!(parse(b"\xa1avc1\xff\xff\xfenal"), Ok(frame(false, -2)));
        assert_eq!(parse(b"\x93avc1nal"), Ok(frame(true, 0)));

        assert_eq!(parse(b"\x17\x02\x00\x00\x00"), Ok(VideoTag::EndOfSequence));
        assert_eq!(parse(b"\x17\x02"), Ok(VideoTag::EndOfSequence));
        assert_eq!(parse(b"\x57\x00"), Ok(VideoTag::Other));
        assert_eq!(parse(b"\x94avc1\x02"), Ok(VideoTag::Other));
    }

    #[test]
    fn names_what_it_refuses() {
        let remedy = "is not supported; set the encoder to H.264 video and AAC audio";
        refused(b"\x12\x00", &format!("Sorenson H.263 {remedy}"));
        refused(b"\x14\x00", &format!("VP6 {remedy}"));
        refused(b"\x1c\x00\x00\x00\x00", &format!("HEVC {remedy}"));
        refused(b"\x90av01\x81", &format!("AV1 (Enhanced RTMP) {remedy}"));
        refused(b"\x91hvc1\x00\x00\x00", &format!("HEVC (Enhanced RTMP) {remedy}"));
        refused(b"\x90a\x00\xffz", &format!("codec \"a\\x00\\xffz\" {remedy}"));
        refused(
            b"\x96\x00avc1",
            "Enhanced RTMP multitrack video is not supported; send one track of H.264 video and \
             AAC audio",
        );
        refused(b"\x17\x03\x00\x00\x00", "FLV video packet has unknown type 3");
        refused(b"\x97", "FLV video packet has unknown type 7");
        refused(b"", "FLV video is cut off");
        refused(b"\x17\x01\x00", "FLV video is cut off");
        refused(b"\x90avc", "FLV video is cut off");
    }

    proptest! {
        #[test]
        fn frames_read_back(
            keyframe: bool,
            composition_time_ms in -0x80_0000..0x80_0000_i32,
            data: Vec<u8>,
        ) {
            let tag = VideoTag::Frame { keyframe, composition_time_ms, data: data.into() };
            prop_assert_eq!(VideoTag::parse(tag.to_body()), Ok(tag));
        }

        #[test]
        fn any_body_is_read_or_refused(body: Vec<u8>) {
            let _ = VideoTag::parse(body.into());
        }
    }
}
