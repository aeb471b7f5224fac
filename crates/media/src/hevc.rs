//! HEVC headers: what a decoder needs before the first frame, and where decoding may start.
//!
//! The decoder configuration record is that of ISO/IEC 14496-15 §8.3.3, the parameter sets and NAL
//! units those of ISO/IEC 23008-2 (ITU-T H.265).

mod sps;

use std::fmt::Write as _;

use bytes::Bytes;

use crate::{
    bits::OutOfBits, colour::Colour, frame_rate::FrameRate, h264::nal_units, nal::MAX_SIDE,
};

/// Parameter sets of each kind that one record may hold here; real encoders send one of each.
const MAX_PARAMETER_SETS: usize = 8;
/// Arrays of NAL units that one record may hold here: three kinds of parameter sets, two of SEI.
const MAX_ARRAYS: usize = 8;
/// Bytes of a record before its arrays.
const FIXED: usize = 23;

/// NAL unit types of ISO/IEC 23008-2 table 7-1 that matter here.
pub(crate) mod nal_unit_type {
    pub(crate) const BLA_W_LP: u8 = 16;
    pub(crate) const RSV_IRAP_VCL23: u8 = 23;
    pub(crate) const VPS: u8 = 32;
    pub(crate) const SPS: u8 = 33;
    pub(crate) const PPS: u8 = 34;
}

/// Why a header of HEVC was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HevcError {
    /// The record is shorter than its own length fields say.
    #[error("HEVC data ends early: a length field points past its end")]
    Truncated,
    /// `configurationVersion` is not 1. Annex B data sent in place of a record reads as version 0.
    #[error(
        "decoder configuration version is {0}, not 1: send an HEVCDecoderConfigurationRecord, not Annex B"
    )]
    Version(u8),
    /// `lengthSizeMinusOne` is 2, which the format reserves.
    #[error("NAL length fields of 3 bytes are reserved: use 4")]
    NalLengthSize,
    /// There is no sequence parameter set.
    #[error("decoder configuration has no sequence parameter set: the encoder must send one")]
    NoParameterSet,
    /// There are more parameter sets than any known encoder sends.
    #[error(
        "decoder configuration has {0} parameter sets of one kind, at most {MAX_PARAMETER_SETS} are accepted"
    )]
    TooManyParameterSets(usize),
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

/// The header of an HEVC track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HevcConfig {
    /// The `HEVCDecoderConfigurationRecord` (the body of an `hvcC` box).
    pub record: Bytes,
    /// Width of the shown picture in pixels, after cropping.
    pub width: u32,
    /// Height of the shown picture in pixels, after cropping.
    pub height: u32,
    /// Width to height of one pixel, where the stream states it (VUI), in lowest terms.
    pub pixel_aspect: Option<(u16, u16)>,
    /// Frames per second, where the stream states it (VUI).
    pub frame_rate: Option<FrameRate>,
    /// What the stream says of its colours (VUI).
    pub colour: Option<Colour>,
    /// `sps_max_num_reorder_pics` of the highest layer.
    pub max_reorder_frames: u8,
    /// Bytes in the length field before each NAL unit of a frame: 1, 2 or 4.
    pub nal_length_size: usize,
}

impl HevcConfig {
    /// Reads an `HEVCDecoderConfigurationRecord`. A broken VUI counts as none.
    pub fn parse(hvcc: Bytes) -> Result<Self, HevcError> {
        let fixed = hvcc.first_chunk::<FIXED>().ok_or(HevcError::Truncated)?;
        if fixed[0] != 1 {
            return Err(HevcError::Version(fixed[0]));
        }
        let nal_length_size = usize::from(fixed[21] & 3) + 1;
        if nal_length_size == 3 {
            return Err(HevcError::NalLengthSize);
        }
        let sps = sps::parse(first_sps(&hvcc[FIXED..], usize::from(fixed[22]))?)?;
        Ok(Self {
            width: sps.width,
            height: sps.height,
            pixel_aspect: sps.pixel_aspect,
            frame_rate: sps.frame_rate,
            colour: sps.colour,
            max_reorder_frames: sps.max_reorder_frames,
            nal_length_size,
            record: hvcc,
        })
    }

    /// Makes the header of a stream whose parameter sets come as NAL units: one video, one sequence
    /// and one picture parameter set.
    pub fn from_parameter_sets(vps: &[u8], sps: &[u8], pps: &[u8]) -> Result<Self, HevcError> {
        let facts = sps::parse(sps)?;
        let mut record = vec![1];
        record.extend_from_slice(&facts.profile_tier_level);
        // No spatial segmentation, parallelism not known.
        record.extend_from_slice(&[0xf0, 0, 0xfc]);
        record.extend_from_slice(&[0xfc | facts.chroma_format]);
        record
            .extend_from_slice(&[0xf8 | (facts.bit_depths.0 - 8), 0xf8 | (facts.bit_depths.1 - 8)]);
        // Average frame rate not known; layers, nesting, lengths of 4 bytes; three arrays.
        record.extend_from_slice(&[0, 0, facts.temporal_layers << 3 | 4 | 3, 3]);
        let kinds = [nal_unit_type::VPS, nal_unit_type::SPS, nal_unit_type::PPS];
        for (kind, nal) in kinds.into_iter().zip([vps, sps, pps]) {
            let length = u16::try_from(nal.len()).map_err(|_| HevcError::Truncated)?;
            record.extend_from_slice(&[0x80 | kind, 0, 1]);
            record.extend_from_slice(&length.to_be_bytes());
            record.extend_from_slice(nal);
        }
        Self::parse(record.into())
    }

    /// The `CODECS` string of ISO/IEC 14496-15 annex E.3, such as `hvc1.1.6.L93.90`.
    pub fn rfc6381(&self) -> String {
        let Some(&[_, profile, c0, c1, c2, c3, ref constraints @ .., level]) =
            self.record.first_chunk::<13>()
        else {
            return "hvc1".to_owned();
        };
        let space = ["", "A", "B", "C"][usize::from(profile >> 6)];
        let tier = if profile & 0x20 == 0 { 'L' } else { 'H' };
        let compatibility = u32::from_be_bytes([c0, c1, c2, c3]).reverse_bits();
        let mut out = format!("hvc1.{space}{}.{compatibility:X}.{tier}{level}", profile & 0x1f);
        let kept = constraints.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        for byte in &constraints[..kept] {
            // Writing to a String cannot fail.
            let _ = write!(out, ".{byte:X}");
        }
        out
    }
}

/// Whether decoding may start at the frame: it is a picture of an IRAP type (IDR, CRA or BLA).
/// Pictures that are shown before a CRA picture may be missing. A frame that is cut off counts up to
/// the cut.
pub fn has_irap(data: &[u8], nal_length_size: usize) -> bool {
    let irap = nal_unit_type::BLA_W_LP..=nal_unit_type::RSV_IRAP_VCL23;
    nal_units(data, nal_length_size)
        .map_while(Result::ok)
        .any(|nal| kind(nal).is_some_and(|kind| irap.contains(&kind)))
}

/// The `nal_unit_type`.
pub(crate) fn kind(nal: &[u8]) -> Option<u8> {
    nal.first().map(|header| header >> 1 & 0x3f)
}

/// Steps over the arrays of a record and returns the first sequence parameter set.
fn first_sps(arrays: &[u8], count: usize) -> Result<&[u8], HevcError> {
    let mut rest = arrays;
    let mut found = None;
    for _ in 0..count.min(MAX_ARRAYS) {
        let (&[head, high, low], tail) = rest.split_first_chunk().ok_or(HevcError::Truncated)?;
        rest = tail;
        let units = usize::from(u16::from_be_bytes([high, low]));
        if units > MAX_PARAMETER_SETS {
            return Err(HevcError::TooManyParameterSets(units));
        }
        for _ in 0..units {
            let (length, tail) = rest.split_first_chunk().ok_or(HevcError::Truncated)?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (nal, tail) = tail.split_at_checked(length).ok_or(HevcError::Truncated)?;
            rest = tail;
            if head & 0x3f == nal_unit_type::SPS {
                found = found.or(Some(nal));
            }
        }
    }
    found.ok_or(HevcError::NoParameterSet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_profiles_as_players_do() {
        let name = |ptl: [u8; 12]| {
            let mut record = vec![1];
            record.extend_from_slice(&ptl);
            let config = HevcConfig {
                record: record.into(),
                width: 1,
                height: 1,
                pixel_aspect: None,
                frame_rate: None,
                colour: None,
                max_reorder_frames: 0,
                nal_length_size: 4,
            };
            config.rfc6381()
        };
        // Main, level 3.1, progressive and frame-only; Main 10, high tier, level 5.1.
        assert_eq!(name([1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93]), "hvc1.1.6.L93.90");
        assert_eq!(name([0x22, 0x20, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0, 153]), "hvc1.2.4.H153.B0");
        assert_eq!(name([0x41, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 93]), "hvc1.A1.6.L93");
    }

    #[test]
    fn refuses_what_no_decoder_could_use() {
        let parse = |record: &[u8]| HevcConfig::parse(Bytes::copy_from_slice(record)).unwrap_err();
        assert_eq!(parse(&[1; 22]), HevcError::Truncated);
        let mut record = [0; 23];
        assert_eq!(parse(&record), HevcError::Version(0));
        record[0] = 1;
        record[21] = 2;
        assert_eq!(parse(&record), HevcError::NalLengthSize);
        record[21] = 3;
        assert_eq!(parse(&record), HevcError::NoParameterSet);
        record[22] = 1;
        assert_eq!(parse(&record), HevcError::Truncated);
        let many = [&record[..], &[0xa1, 1, 0]].concat();
        assert_eq!(parse(&many), HevcError::TooManyParameterSets(256));
    }

    #[test]
    fn sees_where_decoding_may_start() {
        for (kind, starts) in [(19, true), (20, true), (21, true), (1, false), (33, false)] {
            let frame = [0, 0, 0, 3, 35 << 1, 1, 0x50, 0, 0, 0, 3, kind << 1, 1, 0xaf];
            assert_eq!(has_irap(&frame, 4), starts, "{kind}");
        }
        assert!(!has_irap(&[0, 0, 0, 9, 19 << 1], 4));
    }
}
