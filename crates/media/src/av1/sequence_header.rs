//! `sequence_header_obu()`, §5.5.

use crate::{
    bits::{BitReader, OutOfBits},
    colour::Colour,
    frame_rate::FrameRate,
};

/// What the platform needs of a sequence header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SequenceHeader {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) frame_rate: Option<FrameRate>,
    pub(super) colour: Option<Colour>,
    pub(super) bit_depth: u8,
    profile: u8,
    level: u8,
    high_tier: bool,
    monochrome: bool,
    /// `subsampling_x`, `subsampling_y`, `chroma_sample_position`.
    chroma: (bool, bool, u8),
}

impl SequenceHeader {
    pub(super) fn parse(payload: &[u8]) -> Result<Self, OutOfBits> {
        let mut reader = BitReader::new(payload);
        let reader = &mut reader;
        let profile = reader.small(3)?;
        reader.flag()?; // still_picture
        let reduced = reader.flag()?;
        let point = if reduced {
            OperatingPoint { level: reader.small(5)?, high_tier: false, frame_rate: None }
        } else {
            read_operating_points(reader)?
        };
        let (width_bits, height_bits) = (reader.bits(4)? + 1, reader.bits(4)? + 1);
        let (width, height) = (reader.bits(width_bits)? + 1, reader.bits(height_bits)? + 1);
        if !reduced && reader.flag()? {
            reader.skip(7)?; // lengths of frame numbers
        }
        reader.skip(3)?; // superblock size, filter intra, intra edge filter
        if !reduced {
            skip_inter_tools(reader)?;
        }
        reader.skip(3)?; // super-resolution, CDEF, restoration
        let config = ColourConfig::read(reader, profile)?;
        Ok(Self {
            width,
            height,
            frame_rate: point.frame_rate,
            colour: config.colour,
            bit_depth: config.bit_depth,
            profile,
            level: point.level,
            high_tier: point.high_tier,
            monochrome: config.monochrome,
            chroma: config.chroma,
        })
    }

    /// The four bytes that a configuration record opens with.
    pub(super) fn record_head(&self) -> [u8; 4] {
        let (across, down, position) = self.chroma;
        let flags = u8::from(self.high_tier) << 7
            | u8::from(self.bit_depth > 8) << 6
            | u8::from(self.bit_depth > 10) << 5
            | u8::from(self.monochrome) << 4
            | u8::from(across) << 3
            | u8::from(down) << 2
            | position;
        [0x81, self.profile << 5 | self.level, flags, 0]
    }
}

/// What is said of the first operating point, and of timing before it.
#[derive(Debug)]
struct OperatingPoint {
    level: u8,
    high_tier: bool,
    frame_rate: Option<FrameRate>,
}

fn read_operating_points(reader: &mut BitReader<'_>) -> Result<OperatingPoint, OutOfBits> {
    let (mut frame_rate, mut delay_bits) = (None, None);
    if reader.flag()? {
        frame_rate = read_timing(reader)?;
        if reader.flag()? {
            delay_bits = Some(reader.bits(5)? as usize + 1);
            reader.skip(32 + 5 + 5)?; // decoding tick, lengths of two times
        }
    }
    let display_delay = reader.flag()?;
    let points = reader.bits(5)? + 1;
    let mut first = None;
    for _ in 0..points {
        reader.skip(12)?; // operating_point_idc
        let level = reader.small(5)?;
        let high_tier = level > 7 && reader.flag()?;
        if let Some(bits) = delay_bits
            && reader.flag()?
        {
            reader.skip(2 * bits + 1)?; // operating_parameters_info
        }
        if display_delay && reader.flag()? {
            reader.skip(4)?;
        }
        first = first.or(Some((level, high_tier)));
    }
    let (level, high_tier) = first.unwrap_or_default();
    Ok(OperatingPoint { level, high_tier, frame_rate })
}

/// `timing_info()`, §5.5.3. The rate is known where pictures are evenly spaced.
fn read_timing(reader: &mut BitReader<'_>) -> Result<Option<FrameRate>, OutOfBits> {
    let (units, scale) = (reader.bits(32)?, reader.bits(32)?);
    if !reader.flag()? {
        return Ok(None);
    }
    // uvlc() is ue(v) by another name.
    let ticks = reader.ue()?.saturating_add(1);
    Ok(units.checked_mul(ticks).and_then(|units| FrameRate::lowest(scale, units)))
}

fn skip_inter_tools(reader: &mut BitReader<'_>) -> Result<(), OutOfBits> {
    reader.skip(4)?; // compound and warped motion, dual filter
    let order_hint = reader.flag()?;
    if order_hint {
        reader.skip(2)?; // jnt_comp, ref_frame_mvs
    }
    // seq_choose_screen_content_tools leaves the choice to frames, as a force of 2 does.
    let forced = reader.flag()? || reader.flag()?;
    if forced && !reader.flag()? {
        reader.flag()?; // seq_force_integer_mv
    }
    if order_hint {
        reader.skip(3)?; // order_hint_bits_minus_1
    }
    Ok(())
}

/// `color_config()`, §5.5.2.
#[derive(Debug)]
struct ColourConfig {
    bit_depth: u8,
    monochrome: bool,
    colour: Option<Colour>,
    chroma: (bool, bool, u8),
}

impl ColourConfig {
    fn read(reader: &mut BitReader<'_>, profile: u8) -> Result<Self, OutOfBits> {
        /// Primaries, transfer and matrix of sRGB, which has all chroma and the full range.
        const SRGB: (u8, u8, u8) = (1, 13, 0);
        /// What stands for "not said".
        const UNSPECIFIED: (u8, u8, u8) = (2, 2, 2);

        let bit_depth = match (reader.flag()?, profile) {
            (false, _) => 8,
            (true, 2) if reader.flag()? => 12,
            (true, _) => 10,
        };
        let monochrome = profile != 1 && reader.flag()?;
        let described = reader.flag()?;
        let codes = if described {
            (reader.small(8)?, reader.small(8)?, reader.small(8)?)
        } else {
            UNSPECIFIED
        };
        let is_srgb = !monochrome && codes == SRGB;
        let full_range = is_srgb || reader.flag()?;
        let (across, down) = match profile {
            _ if monochrome => (true, true),
            _ if is_srgb => (false, false),
            0 => (true, true),
            1 => (false, false),
            _ if bit_depth == 12 => {
                let across = reader.flag()?;
                (across, across && reader.flag()?)
            }
            _ => (true, false),
        };
        let position = if !monochrome && across && down { reader.small(2)? } else { 0 };
        let (primaries, transfer, matrix) = codes;
        let colour = described.then_some(Colour { primaries, transfer, matrix, full_range });
        Ok(Self { bit_depth, monochrome, colour, chroma: (across, down, position) })
    }
}
