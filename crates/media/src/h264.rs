//! H.264/AVC headers: what a decoder needs before the first frame, and what a frame says of itself.
//!
//! The decoder configuration record is that of ISO/IEC 14496-15 §5.3.3, the parameter sets and NAL
//! units those of ISO/IEC 14496-10 (ITU-T H.264).

mod access_unit;
mod sps;

use bytes::Bytes;

use crate::{bits::OutOfBits, colour::Colour, frame_rate::FrameRate, nal::MAX_SIDE};

pub use access_unit::{AccessUnit, has_idr, nal_units};

/// Parameter sets of each kind that one record may hold here. The format allows 31 and 255; real
/// encoders send one of each.
const MAX_PARAMETER_SETS: usize = 8;

/// Why a header or a frame of H.264 was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum H264Error {
    /// The record or the frame is shorter than its own length fields say.
    #[error("H.264 data ends early: a length field points past its end")]
    Truncated,
    /// `configurationVersion` is not 1. Annex B data sent in place of a record reads as version 0.
    #[error(
        "decoder configuration version is {0}, not 1: send an AVCDecoderConfigurationRecord, not Annex B"
    )]
    Version(u8),
    /// `lengthSizeMinusOne` is 2, which the format reserves.
    #[error("NAL length fields of 3 bytes are reserved: use 4")]
    NalLengthSize,
    /// There is no sequence or no picture parameter set.
    #[error("decoder configuration has no {0}: the encoder must send its parameter sets")]
    NoParameterSet(&'static str),
    /// There are more parameter sets than any known encoder sends.
    #[error("decoder configuration has {count} {kind}s, at most {MAX_PARAMETER_SETS} are accepted")]
    TooManyParameterSets {
        /// Which kind there are too many of.
        kind: &'static str,
        /// How many the record announces.
        count: usize,
    },
    /// A NAL unit stands where one of another kind is expected.
    #[error("decoder configuration holds a NAL unit of type {found} where a {expected} belongs")]
    WrongNalUnit {
        /// What belongs there.
        expected: &'static str,
        /// The `nal_unit_type` found.
        found: u8,
    },
    /// The sequence parameter set ends before its picture size.
    #[error("sequence parameter set is broken")]
    BadSps(#[source] OutOfBits),
    /// A field of the sequence parameter set is outside the range of the standard.
    #[error("sequence parameter set is broken: {0} is out of range")]
    OutOfRange(&'static str),
    /// The picture is empty after cropping, or larger than any level allows.
    #[error("picture size {width}x{height} is not between 1x1 and {MAX_SIDE}x{MAX_SIDE}")]
    PictureSize {
        /// Width in pixels after cropping.
        width: u32,
        /// Height in pixels after cropping.
        height: u32,
    },
}

/// The header of an H.264 track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvcConfig {
    /// The `AVCDecoderConfigurationRecord`, byte for byte as received (the body of an `avcC` box).
    pub record: Bytes,
    /// Width of the shown picture in pixels, after cropping.
    pub width: u32,
    /// Height of the shown picture in pixels, after cropping.
    pub height: u32,
    /// Width to height of one pixel, where the stream states it (VUI), in lowest terms.
    pub pixel_aspect: Option<(u16, u16)>,
    /// `AVCProfileIndication`: 66 Baseline, 77 Main, 100 High.
    pub profile_idc: u8,
    /// `profile_compatibility`: the six constraint flags and two reserved bits.
    pub constraint_flags: u8,
    /// `AVCLevelIndication`: ten times the level number.
    pub level_idc: u8,
    /// Frames per second, where the stream states it (VUI).
    pub frame_rate: Option<FrameRate>,
    /// What the stream says of its colours (VUI).
    pub colour: Option<Colour>,
    /// How many frames may precede another in decoding order and follow it in output order; 0 means
    /// that there are no reordered B-frames. `None` where the stream does not say.
    pub max_reorder_frames: Option<u8>,
    /// Bytes in the length field before each NAL unit of a frame: 1, 2 or 4.
    pub nal_length_size: usize,
}

impl AvcConfig {
    /// Reads an `AVCDecoderConfigurationRecord`.
    ///
    /// The fields that high profiles append after the parameter sets may be missing, as many
    /// encoders leave them out; a broken VUI counts as none. Levels are not held against the picture
    /// size: encoders misstate them.
    pub fn parse(avcc: Bytes) -> Result<Self, H264Error> {
        let mut rest = &avcc[..];
        let &[version, profile_idc, constraint_flags, level_idc, length_size, ..] = rest else {
            return Err(H264Error::Truncated);
        };
        if version != 1 {
            return Err(H264Error::Version(version));
        }
        let nal_length_size = usize::from(length_size & 3) + 1;
        if nal_length_size == 3 {
            return Err(H264Error::NalLengthSize);
        }
        rest = &rest[5..];
        let sps = parameter_sets(&mut rest, 0x1f, 7, "sequence parameter set")?;
        parameter_sets(&mut rest, 0xff, 8, "picture parameter set")?;
        let sps = sps::parse(sps)?;
        Ok(Self {
            record: avcc,
            width: sps.width,
            height: sps.height,
            pixel_aspect: sps.pixel_aspect,
            profile_idc,
            constraint_flags,
            level_idc,
            frame_rate: sps.frame_rate,
            colour: sps.colour,
            max_reorder_frames: sps.max_reorder_frames,
            nal_length_size,
        })
    }

    /// The parameter sets, those of the sequence first, each as a NAL unit.
    pub fn parameter_sets(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.record.get(5..).unwrap_or_default();
        let mut lists = [0x1f, 0xff].into_iter();
        let mut left = 0;
        std::iter::from_fn(move || {
            while left == 0 {
                let (count, tail) = rest.split_first()?;
                left = usize::from(count & lists.next()?);
                rest = tail;
            }
            left -= 1;
            let (length, tail) = rest.split_first_chunk::<2>()?;
            let (nal, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            rest = tail;
            Some(nal)
        })
    }

    /// The `CODECS` string of RFC 6381, such as `avc1.64001f`.
    pub fn rfc6381(&self) -> String {
        format!("avc1.{:02x}{:02x}{:02x}", self.profile_idc, self.constraint_flags, self.level_idc)
    }
}

/// Steps over one counted list of parameter sets and returns the first of them.
fn parameter_sets<'a>(
    rest: &mut &'a [u8],
    count_mask: u8,
    nal_unit_type: u8,
    kind: &'static str,
) -> Result<&'a [u8], H264Error> {
    let (&count, tail) = rest.split_first().ok_or(H264Error::Truncated)?;
    *rest = tail;
    let count = usize::from(count & count_mask);
    if count > MAX_PARAMETER_SETS {
        return Err(H264Error::TooManyParameterSets { kind, count });
    }
    let mut first = None;
    for _ in 0..count {
        let (length, tail) = rest.split_first_chunk::<2>().ok_or(H264Error::Truncated)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (nal, tail) = tail.split_at_checked(length).ok_or(H264Error::Truncated)?;
        *rest = tail;
        let found = nal.first().ok_or(H264Error::Truncated)? & 0x1f;
        if found != nal_unit_type {
            return Err(H264Error::WrongNalUnit { expected: kind, found });
        }
        first = first.or(Some(nal));
    }
    first.ok_or(H264Error::NoParameterSet(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x264, High, 1280x720 at 30 frames per second with B-frames.
    const HIGH_720P30: &[u8] = &[
        0x01, 0x64, 0x00, 0x1f, 0xff, 0xe1, 0x00, 0x1a, 0x67, 0x64, 0x00, 0x1f, 0xac, 0xd9, 0x40,
        0x50, 0x05, 0xbb, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00, 0x00, 0x03, 0x03, 0xc0,
        0xf1, 0x83, 0x19, 0x60, 0x01, 0x00, 0x06, 0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0, 0xfd, 0xf8,
        0xf8, 0x00,
    ];

    fn parse(record: &[u8]) -> Result<AvcConfig, H264Error> {
        AvcConfig::parse(Bytes::copy_from_slice(record))
    }

    #[test]
    fn reads_a_high_profile_record() {
        let config = parse(HIGH_720P30).unwrap();
        assert_eq!((config.width, config.height), (1280, 720));
        assert_eq!(config.rfc6381(), "avc1.64001f");
        assert_eq!(config.frame_rate, Some(FrameRate { numerator: 30, denominator: 1 }));
        assert_eq!(config.max_reorder_frames, Some(2));
        assert_eq!(config.nal_length_size, 4);
        assert_eq!(config.record, HIGH_720P30);
        let sets: Vec<_> = config.parameter_sets().map(|nal| (nal[0], nal.len())).collect();
        assert_eq!(sets, [(0x67, 26), (0x68, 6)]);
    }

    #[test]
    fn accepts_a_high_profile_record_without_its_trailing_fields() {
        for missing in 1..=4 {
            let record = &HIGH_720P30[..HIGH_720P30.len() - missing];
            assert_eq!(parse(record).unwrap().width, 1280);
        }
    }

    #[test]
    fn refuses_what_no_decoder_could_use() {
        let with = |index: usize, byte: u8| {
            let mut record = HIGH_720P30.to_vec();
            record[index] = byte;
            parse(&record).unwrap_err()
        };
        assert_eq!(with(0, 0), H264Error::Version(0));
        assert_eq!(with(4, 0xfe), H264Error::NalLengthSize);
        let too_many = H264Error::TooManyParameterSets { kind: "sequence parameter set", count: 9 };
        assert_eq!(with(5, 0xe9), too_many);
        assert_eq!(with(5, 0xe2), H264Error::Truncated);
        let wrong = H264Error::WrongNalUnit { expected: "sequence parameter set", found: 8 };
        assert_eq!(with(8, 0x68), wrong);
        assert_eq!(with(34, 0x00), H264Error::NoParameterSet("picture parameter set"));
        assert_eq!(parse(&HIGH_720P30[..20]).unwrap_err(), H264Error::Truncated);
    }
}
