//! AV1 headers: what a decoder needs before the first frame, and where decoding may start.
//!
//! The configuration record is that of *AV1 Codec ISO Media File Format Binding* §2.3, open
//! bitstream units and the sequence header those of the *AV1 Bitstream & Decoding Process
//! Specification* §5.

mod sequence_header;

use std::fmt::Write as _;

use bytes::Bytes;

use self::sequence_header::SequenceHeader;
use crate::{
    bits::{BitReader, OutOfBits},
    colour::Colour,
    frame_rate::FrameRate,
};

/// Longest accepted record: a sequence header takes some dozen bytes, metadata not much more.
const MAX_RECORD: usize = 4_096;

/// `obu_type` of §6.2.2.
mod obu_type {
    pub(super) const SEQUENCE_HEADER: u8 = 1;
    pub(super) const TEMPORAL_DELIMITER: u8 = 2;
    pub(super) const FRAME_HEADER: u8 = 3;
    pub(super) const FRAME: u8 = 6;
}

/// Why a header of AV1 was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Av1Error {
    /// The record or a unit in it is shorter than its own length fields say.
    #[error("AV1 data ends early: a length field points past its end")]
    Truncated,
    /// The record does not open with marker and version 1.
    #[error("AV1 configuration record has marker and version {0:#04x}, not 0x81")]
    Version(u8),
    /// The record is far longer than a sequence header makes it.
    #[error("AV1 configuration record of {0} bytes is longer than {MAX_RECORD}")]
    TooLong(usize),
    /// The record has no sequence header, so nothing is known of the picture.
    #[error("AV1 configuration record has no sequence header: the encoder must send one")]
    NoSequenceHeader,
    /// The sequence header ends before its last field.
    #[error("AV1 sequence header is broken")]
    BadSequenceHeader(#[from] OutOfBits),
}

/// The header of an AV1 track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Av1Config {
    /// The `AV1CodecConfigurationRecord` (the body of an `av1C` box).
    pub record: Bytes,
    /// Largest width of a picture in pixels.
    pub width: u32,
    /// Largest height of a picture in pixels.
    pub height: u32,
    /// Frames per second, where the stream states it.
    pub frame_rate: Option<FrameRate>,
    /// What the stream says of its colours.
    pub colour: Option<Colour>,
    /// Bits of a sample: 8, 10 or 12.
    pub bit_depth: u8,
}

impl Av1Config {
    /// Reads an `AV1CodecConfigurationRecord`.
    pub fn parse(record: Bytes) -> Result<Self, Av1Error> {
        if record.len() > MAX_RECORD {
            return Err(Av1Error::TooLong(record.len()));
        }
        let (&[marker, _, _, _], units) = record.split_first_chunk().ok_or(Av1Error::Truncated)?;
        if marker != 0x81 {
            return Err(Av1Error::Version(marker));
        }
        let header = sequence_header(units)?.ok_or(Av1Error::NoSequenceHeader)?;
        Ok(Self {
            width: header.width,
            height: header.height,
            frame_rate: header.frame_rate,
            colour: header.colour,
            bit_depth: header.bit_depth,
            record,
        })
    }

    /// Makes the header of a stream from a temporal unit with a sequence header in it, as RTP and
    /// MPEG-TS bring them; `None` where there is none.
    pub fn from_temporal_unit(data: &[u8]) -> Result<Option<Self>, Av1Error> {
        let Some(unit) =
            units(data).map_while(Result::ok).find(|unit| unit.kind == obu_type::SEQUENCE_HEADER)
        else {
            return Ok(None);
        };
        let header = SequenceHeader::parse(unit.payload)?;
        let length = u8::try_from(unit.payload.len()).ok().filter(|&length| length < 0x80);
        let length = length.ok_or(Av1Error::TooLong(unit.payload.len()))?;
        let fixed = header.record_head();
        // Low-overhead format: type and `obu_has_size_field`, then the size.
        let unit = [&fixed[..], &[obu_type::SEQUENCE_HEADER << 3 | 2, length], unit.payload];
        Self::parse(unit.concat().into()).map(Some)
    }

    /// The `CODECS` string of the binding's §5, such as `av01.0.04M.08`, with colours where they
    /// are not the usual ones.
    pub fn rfc6381(&self) -> String {
        let [_, profile, flags, ..] = self.record[..] else { return "av01".to_owned() };
        let tier = if flags & 0x80 == 0 { 'M' } else { 'H' };
        let mut out =
            format!("av01.{}.{:02}{tier}.{:02}", profile >> 5, profile & 0x1f, self.bit_depth);
        if let Some(colour) = self.colour.filter(|colour| !is_usual(*colour)) {
            let bit = |shift: u8| flags >> shift & 1;
            // Writing to a String cannot fail.
            let _ = write!(
                out,
                ".{}.{}{}{}.{:02}.{:02}.{:02}.{}",
                bit(4),
                bit(3),
                bit(2),
                flags & 3,
                colour.primaries,
                colour.transfer,
                colour.matrix,
                u8::from(colour.full_range)
            );
        }
        out
    }
}

/// What the short form of the `CODECS` string stands for.
fn is_usual(colour: Colour) -> bool {
    colour == Colour { primaries: 1, transfer: 1, matrix: 1, full_range: false }
}

/// Whether decoding may start at the temporal unit: its first frame is a key frame that is shown. A
/// unit that is cut off counts up to the cut.
pub fn has_key_frame(data: &[u8]) -> bool {
    let frame = units(data)
        .map_while(Result::ok)
        .find(|unit| matches!(unit.kind, obu_type::FRAME_HEADER | obu_type::FRAME));
    let starts = |payload| {
        let mut reader = BitReader::new(payload);
        // show_existing_frame, frame_type, show_frame (§5.9.2)
        Ok::<_, OutOfBits>(!reader.flag()? && reader.small(2)? == 0 && reader.flag()?)
    };
    frame.is_some_and(|unit| starts(unit.payload).unwrap_or_default())
}

/// The temporal unit without its delimiters, which files and Enhanced RTMP leave out.
pub fn without_delimiters(data: &Bytes) -> Bytes {
    let is_delimiter = |unit: &Unit<'_>| unit.kind == obu_type::TEMPORAL_DELIMITER;
    if !units(data).map_while(Result::ok).any(|unit| is_delimiter(&unit)) {
        return data.clone();
    }
    let mut out = Vec::with_capacity(data.len());
    for unit in units(data).map_while(Result::ok).filter(|unit| !is_delimiter(unit)) {
        out.extend_from_slice(unit.whole);
    }
    out.into()
}

fn sequence_header(data: &[u8]) -> Result<Option<SequenceHeader>, Av1Error> {
    for unit in units(data) {
        let unit = unit?;
        if unit.kind == obu_type::SEQUENCE_HEADER {
            return Ok(Some(SequenceHeader::parse(unit.payload)?));
        }
    }
    Ok(None)
}

/// One open bitstream unit.
#[derive(Debug)]
struct Unit<'a> {
    kind: u8,
    whole: &'a [u8],
    payload: &'a [u8],
}

/// The units of a temporal unit; one without a size reaches to the end. After an error there is
/// nothing more.
fn units(data: &[u8]) -> impl Iterator<Item = Result<Unit<'_>, Av1Error>> {
    let mut rest = data;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let unit = read_unit(rest);
        rest = unit.as_ref().map_or(&[][..], |unit| &rest[unit.whole.len()..]);
        Some(unit.ok_or(Av1Error::Truncated))
    })
}

fn read_unit(data: &[u8]) -> Option<Unit<'_>> {
    let (&head, mut rest) = data.split_first()?;
    if head & 4 != 0 {
        rest = rest.get(1..)?; // obu_extension_header
    }
    let length = if head & 2 == 0 { rest.len() } else { read_leb128(&mut rest)? };
    let payload = rest.get(..length)?;
    let whole = &data[..data.len() - rest.len() + length];
    Some(Unit { kind: head >> 3 & 0x0f, whole, payload })
}

/// `leb128()`, §4.10.5.
fn read_leb128(data: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let (&byte, rest) = data.split_first()?;
        *data = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return usize::try_from(value).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// libaom, 320x180, 8 bit 4:2:0.
    const UNIT: &[u8] =
        &[0x12, 0x00, 0x0a, 0x0a, 0x00, 0x00, 0x00, 0x02, 0xaf, 0xff, 0x8b, 0x3f, 0x30, 0x08];

    #[test]
    fn refuses_what_no_decoder_could_use() {
        let parse = |record: &[u8]| Av1Config::parse(Bytes::copy_from_slice(record)).unwrap_err();
        assert_eq!(parse(&[0x81, 0, 0]), Av1Error::Truncated);
        assert_eq!(parse(&[0, 0, 0, 1]), Av1Error::Version(0));
        assert_eq!(parse(&[0x81, 0, 0x0c, 0]), Av1Error::NoSequenceHeader);
        assert_eq!(parse(&[0x81, 0, 0x0c, 0, 0x0a, 9]), Av1Error::Truncated);
        assert_eq!(parse(&[0x81; 5_000]), Av1Error::TooLong(5_000));
        assert!(matches!(parse(&[0x81, 0, 0x0c, 0, 0x0a, 1, 0]), Av1Error::BadSequenceHeader(_)));
    }

    #[test]
    fn walks_units() {
        let kinds: Vec<u8> = units(UNIT).map(|unit| unit.unwrap().kind).collect();
        assert_eq!(kinds, [2, 1]);
        let delimited = Bytes::from_static(UNIT);
        assert_eq!(without_delimiters(&delimited), UNIT[2..]);
        let clean = delimited.slice(2..);
        assert_eq!(without_delimiters(&clean).as_ptr(), clean.as_ptr(), "nothing is copied");
    }

    #[test]
    fn sees_where_decoding_may_start() {
        let frame = |bits: u8| [0x32, 1, bits];
        assert!(has_key_frame(&frame(0b0001_0000)));
        assert!(!has_key_frame(&frame(0b0000_0000)), "not shown");
        assert!(!has_key_frame(&frame(0b0011_0000)), "inter");
        assert!(!has_key_frame(&frame(0b1000_0000)), "shows one of before");
        assert!(!has_key_frame(&[0x32, 9, 0x10]), "cut off");
        assert!(!has_key_frame(&[]));
    }
}
