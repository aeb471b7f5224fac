//! The sequence parameter set, ISO/IEC 23008-2 §7.3.2.2 and annex E.

use super::{HevcError, MAX_SIDE};
use crate::{
    bits::{BitReader, OutOfBits},
    colour::Colour,
    frame_rate::FrameRate,
    nal::{Vui, without_emulation_prevention},
};

/// What the platform needs of a sequence parameter set.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sps {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixel_aspect: Option<(u16, u16)>,
    pub(super) frame_rate: Option<FrameRate>,
    pub(super) colour: Option<Colour>,
    pub(super) max_reorder_frames: u8,
    /// The general part of `profile_tier_level()`, as a record opens with it.
    pub(super) profile_tier_level: [u8; 12],
    pub(super) chroma_format: u8,
    /// Luma and chroma, 8 to 16.
    pub(super) bit_depths: (u8, u8),
    /// 1 to 7.
    pub(super) temporal_layers: u8,
}

/// Reads the NAL unit of a sequence parameter set, its two header bytes included.
pub(super) fn parse(nal: &[u8]) -> Result<Sps, HevcError> {
    let rbsp = without_emulation_prevention(nal.get(2..).unwrap_or_default());
    let mut reader = BitReader::new(&rbsp);
    let mut sps = read_header(&mut reader)?;
    // What follows is worth having; a stream without it can be shown all the same.
    if let Ok(Some((vui, frame_rate))) = read_to_timing(&mut reader, &sps) {
        sps.facts.pixel_aspect = vui.pixel_aspect;
        sps.facts.colour = vui.colour;
        sps.facts.frame_rate = frame_rate;
    }
    Ok(sps.facts)
}

/// What was read so far, with what is needed to read on.
#[derive(Debug)]
struct Header {
    facts: Sps,
    /// Bits of `lt_ref_pic_poc_lsb_sps`.
    order_count_bits: usize,
}

fn read_header(reader: &mut BitReader<'_>) -> Result<Header, HevcError> {
    let broken = HevcError::BadSps;
    reader.skip(4).map_err(broken)?; // sps_video_parameter_set_id
    let layers = reader.small(3).map_err(broken)? + 1;
    reader.flag().map_err(broken)?; // sps_temporal_id_nesting_flag
    let profile_tier_level = read_profile(reader, layers).map_err(broken)?;
    reader.ue().map_err(broken)?; // sps_seq_parameter_set_id
    let chroma = reader.ue().map_err(broken)?;
    let (across, down) = match chroma {
        0 | 3 => (1, 1),
        1 => (2, 2),
        2 => (2, 1),
        _ => return Err(HevcError::OutOfRange("chroma_format_idc")),
    };
    if chroma == 3 {
        reader.flag().map_err(broken)?; // separate_colour_plane_flag
    }
    let (width, height) = read_size(reader, across, down)?;
    let luma_depth = read_depth(reader)?;
    let chroma_depth = read_depth(reader)?;
    let order_count = reader.ue().map_err(broken)?;
    if order_count > 12 {
        return Err(HevcError::OutOfRange("log2_max_pic_order_cnt_lsb_minus4"));
    }
    let max_reorder_frames = read_reorder(reader, layers).map_err(broken)?;
    Ok(Header {
        facts: Sps {
            width,
            height,
            pixel_aspect: None,
            frame_rate: None,
            colour: None,
            max_reorder_frames,
            profile_tier_level,
            chroma_format: u8::try_from(chroma).unwrap_or_default(),
            bit_depths: (luma_depth, chroma_depth),
            temporal_layers: layers,
        },
        order_count_bits: order_count as usize + 4,
    })
}

/// `profile_tier_level()`, §7.3.3. Returns its general part.
fn read_profile(reader: &mut BitReader<'_>, layers: u8) -> Result<[u8; 12], OutOfBits> {
    let mut general = [0; 12];
    for byte in &mut general {
        *byte = reader.small(8)?;
    }
    let below = usize::from(layers) - 1;
    let mut present = [(false, false); 8];
    for flags in &mut present[..below] {
        *flags = (reader.flag()?, reader.flag()?);
    }
    if below > 0 {
        reader.skip(2 * (8 - below))?; // reserved_zero_2bits
    }
    for (profile, level) in &present[..below] {
        reader.skip(if *profile { 88 } else { 0 } + if *level { 8 } else { 0 })?;
    }
    Ok(general)
}

fn read_size(reader: &mut BitReader<'_>, across: u64, down: u64) -> Result<(u32, u32), HevcError> {
    let fields = |reader: &mut BitReader<'_>| {
        let coded = (reader.ue()?, reader.ue()?);
        let cropped = if reader.flag()? {
            let [left, right, top, bottom] =
                [reader.ue()?, reader.ue()?, reader.ue()?, reader.ue()?].map(u64::from);
            ((left + right) * across, (top + bottom) * down)
        } else {
            (0, 0)
        };
        Ok((coded, cropped))
    };
    let (coded, cropped) = fields(reader).map_err(HevcError::BadSps)?;
    let side = |coded: u32, cropped: u64| {
        u32::try_from(u64::from(coded).saturating_sub(cropped)).unwrap_or(u32::MAX)
    };
    let (width, height) = (side(coded.0, cropped.0), side(coded.1, cropped.1));
    let sides = 1..=MAX_SIDE;
    if !sides.contains(&width) || !sides.contains(&height) {
        return Err(HevcError::PictureSize { width, height });
    }
    Ok((width, height))
}

fn read_depth(reader: &mut BitReader<'_>) -> Result<u8, HevcError> {
    let above = reader.ue().map_err(HevcError::BadSps)?;
    u8::try_from(above)
        .ok()
        .filter(|&above| above <= 8)
        .map(|above| above + 8)
        .ok_or(HevcError::OutOfRange("bit depth"))
}

/// `sps_max_num_reorder_pics` of the highest layer, which comes last.
fn read_reorder(reader: &mut BitReader<'_>, layers: u8) -> Result<u8, OutOfBits> {
    let listed = if reader.flag()? { layers } else { 1 };
    let mut reorder = 0;
    for _ in 0..listed {
        reader.ue()?; // sps_max_dec_pic_buffering_minus1
        reorder = reader.ue()?;
        reader.ue()?; // sps_max_latency_increase_plus1
    }
    Ok(u8::try_from(reorder).unwrap_or(u8::MAX))
}

/// Steps over what lies before the video usability information, and reads that.
fn read_to_timing(
    reader: &mut BitReader<'_>,
    header: &Header,
) -> Result<Option<(Vui, Option<FrameRate>)>, OutOfBits> {
    for _ in 0..6 {
        reader.ue()?; // block and transform sizes
    }
    if reader.flag()? && reader.flag()? {
        skip_scaling_lists(reader)?;
    }
    reader.skip(2)?; // amp_enabled_flag, sample_adaptive_offset_enabled_flag
    if reader.flag()? {
        reader.skip(8)?; // pcm sample bit depths
        reader.ue()?;
        reader.ue()?;
        reader.flag()?; // pcm_loop_filter_disabled_flag
    }
    skip_reference_sets(reader)?;
    if reader.flag()? {
        let long_term = reader.ue()?;
        if long_term > 32 {
            return Err(OutOfBits);
        }
        reader.skip(long_term as usize * (header.order_count_bits + 1))?;
    }
    reader.skip(2)?; // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
    if !reader.flag()? {
        return Ok(None);
    }
    let vui = Vui::read(reader)?;
    // What is known so far is kept even where the rest is cut off.
    let frame_rate = read_frame_rate(reader).unwrap_or_default();
    Ok(Some((vui, frame_rate)))
}

/// `scaling_list_data()`, §7.3.4.
fn skip_scaling_lists(reader: &mut BitReader<'_>) -> Result<(), OutOfBits> {
    for size in 0..4 {
        for _ in (0..6).step_by(if size == 3 { 3 } else { 1 }) {
            if !reader.flag()? {
                reader.ue()?; // scaling_list_pred_matrix_id_delta
                continue;
            }
            if size > 1 {
                reader.se()?; // scaling_list_dc_coef_minus8
            }
            for _ in 0..(16 << (2 * size)).min(64) {
                reader.se()?;
            }
        }
    }
    Ok(())
}

/// All `st_ref_pic_set()`, §7.3.7.
fn skip_reference_sets(reader: &mut BitReader<'_>) -> Result<(), OutOfBits> {
    /// What the standard allows, which bounds the work.
    const MOST_SETS: u32 = 64;
    const MOST_PICTURES: u32 = 16;

    let sets = reader.ue()?;
    if sets > MOST_SETS {
        return Err(OutOfBits);
    }
    let mut pictures = 0;
    for index in 0..sets {
        if index > 0 && reader.flag()? {
            reader.flag()?; // delta_rps_sign
            reader.ue()?; // abs_delta_rps_minus1
            let mut kept = 0;
            for _ in 0..=pictures {
                // used_by_curr_pic_flag, else use_delta_flag
                kept += u32::from(reader.flag()? || reader.flag()?);
            }
            pictures = kept;
        } else {
            pictures = reader.ue()?.saturating_add(reader.ue()?);
            if pictures > MOST_PICTURES {
                return Err(OutOfBits);
            }
            for _ in 0..pictures {
                reader.ue()?; // delta_poc_minus1
                reader.flag()?; // used_by_curr_pic_flag
            }
        }
    }
    Ok(())
}

/// From `neutral_chroma_indication_flag` to `vui_time_scale`.
fn read_frame_rate(reader: &mut BitReader<'_>) -> Result<Option<FrameRate>, OutOfBits> {
    reader.skip(3)?; // neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag
    if reader.flag()? {
        for _ in 0..4 {
            reader.ue()?; // default display window
        }
    }
    if !reader.flag()? {
        return Ok(None);
    }
    let (units_in_tick, time_scale) = (reader.bits(32)?, reader.bits(32)?);
    Ok(FrameRate::lowest(time_scale, units_in_tick))
}
