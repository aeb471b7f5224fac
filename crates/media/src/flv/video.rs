//! Bodies of video messages.

use bytes::{BufMut, Bytes, BytesMut};

use super::{
    FlvError, enhanced,
    header::{take, unsupported_fourcc},
};

const WHAT: &str = "video";

/// What codes the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VideoCodec {
    /// H.264; headers are `AVCDecoderConfigurationRecord`s.
    H264,
    /// HEVC; headers are `HEVCDecoderConfigurationRecord`s.
    Hevc,
    /// AV1; headers are `AV1CodecConfigurationRecord`s.
    Av1,
}

/// What one message brings for one track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoPacket {
    /// The track; 0 unless the encoder sends several.
    pub track: u8,
    /// What codes it.
    pub codec: VideoCodec,
    /// Nanoseconds after the timestamp of the message, less than a million.
    pub nanoseconds: u32,
    /// What it brings.
    pub tag: VideoTag,
}

/// The body of one RTMP video message or FLV video tag, without what names its codec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VideoTag {
    /// The header that a decoder needs.
    SequenceHeader(Bytes),
    /// One frame.
    Frame {
        /// What the encoder says; the bitstream has the last word.
        keyframe: bool,
        /// Presentation minus decode time in milliseconds, signed 24 bits on the wire; 0 for AV1.
        composition_time_ms: i32,
        /// NAL units with the length prefix that the sequence header announced, or a temporal unit
        /// of AV1.
        data: Bytes,
    },
    /// The encoder ended the sequence.
    EndOfSequence,
}

impl VideoPacket {
    /// H.264 of the only track.
    pub fn h264(tag: VideoTag) -> Self {
        Self { track: 0, codec: VideoCodec::H264, nanoseconds: 0, tag }
    }

    /// Reads a message: one packet for each track in it, none where nothing is shown, such as colour
    /// metadata or a command to an old player. Slices of the body are kept, nothing is copied.
    pub fn read(mut body: Bytes) -> Result<Vec<Self>, FlvError> {
        let [head] = take(&mut body, WHAT)?;
        if head & 0x80 != 0 {
            return read_enhanced(head, body);
        }
        let (frame_type, codec) = (head >> 4, head & 0x0f);
        if frame_type == FRAME_COMMAND {
            return Ok(Vec::new());
        }
        if codec != CODEC_AVC {
            return Err(FlvError::UnsupportedCodec(legacy_codec(codec)));
        }
        let [packet_type] = take(&mut body, WHAT)?;
        let tag = match packet_type {
            SEQUENCE_START => {
                composition_time(&mut body)?;
                VideoTag::SequenceHeader(body)
            }
            CODED_FRAMES => {
                let composition_time_ms = composition_time(&mut body)?;
                VideoTag::Frame { keyframe: is_key(frame_type), composition_time_ms, data: body }
            }
            SEQUENCE_END => VideoTag::EndOfSequence,
            other => return Err(FlvError::UnknownPacketType(WHAT, other)),
        };
        Ok(vec![Self::h264(tag)])
    }

    /// Writes the message: H.264 of the only track in the form that every server and player reads,
    /// everything else as Enhanced RTMP. A composition time outside 24 bits is clamped.
    pub fn to_body(&self) -> Bytes {
        let (frame_type, packet_type, composition_time_ms, data) = match &self.tag {
            VideoTag::SequenceHeader(record) => (FRAME_KEY, SEQUENCE_START, 0, &record[..]),
            VideoTag::Frame { keyframe, composition_time_ms, data } => {
                let frame_type = if *keyframe { FRAME_KEY } else { FRAME_INTER };
                (frame_type, CODED_FRAMES, *composition_time_ms, &data[..])
            }
            VideoTag::EndOfSequence => (FRAME_KEY, SEQUENCE_END, 0, &[][..]),
        };
        let mut body = BytesMut::with_capacity(20 + data.len());
        let legacy = self.codec == VideoCodec::H264 && self.track == 0 && self.nanoseconds == 0;
        if legacy {
            body.put_slice(&[frame_type << 4 | CODEC_AVC, packet_type]);
        } else {
            let share = (self.track, self.codec.fourcc(), self.nanoseconds);
            let head = 0x80 | frame_type << 4;
            enhanced::write_head(&mut body, head, packet_type, MULTITRACK, share);
        }
        if legacy || (packet_type == CODED_FRAMES && self.codec.reorders()) {
            let offset = composition_time_ms.clamp(-0x80_0000, 0x7f_ffff).to_be_bytes();
            body.put_slice(&offset[1..]);
        }
        body.put_slice(data);
        body.freeze()
    }
}

impl VideoCodec {
    fn fourcc(self) -> [u8; 4] {
        match self {
            Self::H264 => *b"avc1",
            Self::Hevc => *b"hvc1",
            Self::Av1 => *b"av01",
        }
    }

    fn from_fourcc(fourcc: [u8; 4]) -> Result<Self, FlvError> {
        let known = [Self::H264, Self::Hevc, Self::Av1];
        let known = known.into_iter().find(|codec| codec.fourcc() == fourcc);
        known.ok_or_else(|| unsupported_fourcc(fourcc))
    }

    /// Whether frames may carry a composition time.
    fn reorders(self) -> bool {
        self != Self::Av1
    }
}

const FRAME_KEY: u8 = 1;
const FRAME_INTER: u8 = 2;
const FRAME_GENERATED_KEY: u8 = 4;
const FRAME_COMMAND: u8 = 5;
const CODEC_AVC: u8 = 7;

/// `VideoPacketType` of Enhanced RTMP; the first three are those of H.264 in FLV too.
const SEQUENCE_START: u8 = 0;
const CODED_FRAMES: u8 = 1;
const SEQUENCE_END: u8 = 2;
/// Frames without a composition time.
const CODED_FRAMES_X: u8 = 3;
const METADATA: u8 = 4;
/// A descriptor of MPEG-TS, which says less than the stream itself.
const MPEG2_TS_SEQUENCE_START: u8 = 5;
const MULTITRACK: u8 = 6;

fn read_enhanced(head: u8, body: Bytes) -> Result<Vec<VideoPacket>, FlvError> {
    let frame_type = (head >> 4) & 0x07;
    let message = enhanced::read_modifiers(head & 0x0f, body, WHAT)?;
    if message.packet_type > MULTITRACK {
        return Err(FlvError::UnknownPacketType(WHAT, message.packet_type));
    }
    if frame_type == FRAME_COMMAND && message.packet_type != METADATA {
        return Ok(Vec::new());
    }
    let mut packets = Vec::new();
    for mut share in enhanced::read_shares(message.packet_type, message.body, MULTITRACK, WHAT)? {
        let codec = VideoCodec::from_fourcc(share.fourcc)?;
        let tag = match share.packet_type {
            SEQUENCE_START => VideoTag::SequenceHeader(share.body),
            CODED_FRAMES | CODED_FRAMES_X => {
                let timed = share.packet_type == CODED_FRAMES && codec.reorders();
                let composition_time_ms =
                    if timed { composition_time(&mut share.body)? } else { 0 };
                let keyframe = is_key(frame_type);
                VideoTag::Frame { keyframe, composition_time_ms, data: share.body }
            }
            SEQUENCE_END => VideoTag::EndOfSequence,
            METADATA | MPEG2_TS_SEQUENCE_START => continue,
            other => return Err(FlvError::UnknownPacketType(WHAT, other)),
        };
        let (track, nanoseconds) = (share.track, message.nanoseconds);
        packets.push(VideoPacket { track, codec, nanoseconds, tag });
    }
    Ok(packets)
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
        12 => "HEVC without Enhanced RTMP".into(),
        13 => "AV1 without Enhanced RTMP".into(),
        other => format!("video codec {other}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(body: &'static [u8]) -> Result<Vec<VideoPacket>, FlvError> {
        VideoPacket::read(Bytes::from_static(body))
    }

    #[track_caller]
    fn refused(body: &'static [u8], message: &str) {
        assert_eq!(read(body).unwrap_err().to_string(), message);
    }

    fn frame(keyframe: bool, composition_time_ms: i32) -> VideoTag {
        VideoTag::Frame { keyframe, composition_time_ms, data: Bytes::from_static(b"nal") }
    }

    #[test]
    fn reads_h264_in_both_forms() {
        let h264 = |tag| Ok(vec![VideoPacket::h264(tag)]);
        let record = VideoTag::SequenceHeader(Bytes::from_static(&[1, 100]));
        assert_eq!(read(b"\x17\x00\x00\x00\x00\x01\x64"), h264(record.clone()));
        assert_eq!(read(b"\x90avc1\x01\x64"), h264(record));
        assert_eq!(read(b"\x17\x01\x00\x00\x50nal"), h264(frame(true, 80)));
        assert_eq!(read(b"\x27\x01\xff\xff\xfenal"), h264(frame(false, -2)));
        assert_eq!(read(b"\xa1avc1\xff\xff\xfenal"), h264(frame(false, -2)));
        assert_eq!(read(b"\x93avc1nal"), h264(frame(true, 0)));
        assert_eq!(read(b"\x17\x02\x00\x00\x00"), h264(VideoTag::EndOfSequence));
        assert_eq!(read(b"\x17\x02"), h264(VideoTag::EndOfSequence));
        assert_eq!(read(b"\x57\x00"), Ok(vec![]));
        assert_eq!(read(b"\x94avc1\x02"), Ok(vec![]));
    }

    #[test]
    fn reads_other_codecs_tracks_and_fractions() {
        let packet = |track, codec, nanoseconds, tag| {
            Ok(vec![VideoPacket { track, codec, nanoseconds, tag }])
        };
        assert_eq!(
            read(b"\x91hvc1\x00\x00\x50nal"),
            packet(0, VideoCodec::Hevc, 0, frame(true, 80))
        );
        assert_eq!(read(b"\xa1av01nal"), packet(0, VideoCodec::Av1, 0, frame(false, 0)));
        assert_eq!(read(b"\xa6\x03avc1\x01nal"), packet(1, VideoCodec::H264, 0, frame(false, 0)));
        assert_eq!(
            read(b"\x97\x02\x05\x16\x15\x03hvc1nal"),
            packet(0, VideoCodec::Hevc, 333_333, frame(true, 0))
        );
        let both = read(b"\x96\x23av01\x00\x00\x00\x03nalhvc1\x02\x00\x00\x03nal").unwrap();
        let tracks: Vec<_> = both.iter().map(|packet| (packet.track, packet.codec)).collect();
        assert_eq!(tracks, [(0, VideoCodec::Av1), (2, VideoCodec::Hevc)]);
    }

    #[test]
    fn names_what_it_refuses() {
        let remedy = "is not supported; set the encoder to H.264, HEVC or AV1 video and AAC or Opus \
                      audio";
        refused(b"\x12\x00", &format!("Sorenson H.263 {remedy}"));
        refused(b"\x14\x00", &format!("VP6 {remedy}"));
        refused(b"\x1c\x00\x00\x00\x00", &format!("HEVC without Enhanced RTMP {remedy}"));
        refused(b"\x90vp09\x81", &format!("VP9 (Enhanced RTMP) {remedy}"));
        refused(b"\x91vvc1\x00\x00\x00", &format!("VVC (Enhanced RTMP) {remedy}"));
        refused(b"\x90a\x00\xffz", &format!("codec \"a\\x00\\xffz\" {remedy}"));
        refused(b"\x17\x03\x00\x00\x00", "FLV video packet has unknown type 3");
        refused(b"\x98", "FLV video packet has unknown type 8");
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
            track: u8,
            nanoseconds in 0..1_000_000_u32,
            hevc: bool,
        ) {
            let codec = if hevc { VideoCodec::Hevc } else { VideoCodec::H264 };
            let tag = VideoTag::Frame { keyframe, composition_time_ms, data: data.into() };
            let packet = VideoPacket { track, codec, nanoseconds, tag };
            prop_assert_eq!(VideoPacket::read(packet.to_body()), Ok(vec![packet]));
        }

        #[test]
        fn any_body_is_read_or_refused(body: Vec<u8>) {
            let _ = VideoPacket::read(body.into());
        }
    }
}
