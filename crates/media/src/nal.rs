//! What the NAL units of H.264 and HEVC have in common.

use crate::{
    bits::{BitReader, OutOfBits},
    colour::Colour,
    frame_rate::lowest_terms,
};

/// Longest accepted side of a picture in pixels: the highest levels allow 16,384 with room to spare.
pub(crate) const MAX_SIDE: u32 = 16_384;

/// Removes the `emulation_prevention_three_byte`s (ISO/IEC 14496-10 §7.4.1).
pub(crate) fn without_emulation_prevention(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut zeros = 0;
    for &byte in data {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        out.push(byte);
    }
    out
}

/// How video usability information begins, in both formats alike: ISO/IEC 14496-10 §E.1.1 and
/// 23008-2 §E.2.1.
#[derive(Debug, Default)]
pub(crate) struct Vui {
    pub(crate) pixel_aspect: Option<(u16, u16)>,
    pub(crate) colour: Option<Colour>,
}

impl Vui {
    /// Reads up to the location of chroma samples.
    pub(crate) fn read(reader: &mut BitReader<'_>) -> Result<Self, OutOfBits> {
        let pixel_aspect = read_pixel_aspect(reader)?;
        if reader.flag()? {
            reader.flag()?; // overscan_appropriate_flag
        }
        let colour = if reader.flag()? { read_colour(reader)? } else { None };
        if reader.flag()? {
            reader.ue()?; // chroma_sample_loc_type_top_field
            reader.ue()?; // chroma_sample_loc_type_bottom_field
        }
        Ok(Self { pixel_aspect, colour })
    }
}

fn read_colour(reader: &mut BitReader<'_>) -> Result<Option<Colour>, OutOfBits> {
    reader.skip(3)?; // video_format
    let full_range = reader.flag()?;
    if !reader.flag()? {
        return Ok(None);
    }
    let (primaries, transfer) = (reader.small(8)?, reader.small(8)?);
    Ok(Some(Colour { primaries, transfer, matrix: reader.small(8)?, full_range }))
}

fn read_pixel_aspect(reader: &mut BitReader<'_>) -> Result<Option<(u16, u16)>, OutOfBits> {
    /// Table E-1, `aspect_ratio_idc` from 1 on.
    const RATIOS: [(u16, u16); 16] = [
        (1, 1),
        (12, 11),
        (10, 11),
        (16, 11),
        (40, 33),
        (24, 11),
        (20, 11),
        (32, 11),
        (80, 33),
        (18, 11),
        (15, 11),
        (64, 33),
        (160, 99),
        (4, 3),
        (3, 2),
        (2, 1),
    ];
    if !reader.flag()? {
        return Ok(None);
    }
    let (width, height) = match reader.small(8)? {
        255 => (reader.bits(16)?, reader.bits(16)?),
        index => {
            let ratio = usize::from(index).checked_sub(1).and_then(|index| RATIOS.get(index));
            return Ok(ratio.copied());
        }
    };
    let ratio = lowest_terms(width, height);
    Ok(ratio.and_then(|(width, height)| {
        Some((u16::try_from(width).ok()?, u16::try_from(height).ok()?))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_only_real_emulation_bytes() {
        assert_eq!(without_emulation_prevention(&[0, 0, 3, 1, 3, 0, 0, 3]), [0, 0, 1, 3, 0, 0]);
    }
}
