//! The sequence parameter set, ISO/IEC 14496-10 §7.3.2.1.1 and annex E.

use super::{H264Error, MAX_SIDE};
use crate::{
    bits::{BitReader, OutOfBits},
    colour::Colour,
    frame_rate::FrameRate,
    nal::{self, without_emulation_prevention},
};

/// What the platform needs of a sequence parameter set.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sps {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixel_aspect: Option<(u16, u16)>,
    pub(super) frame_rate: Option<FrameRate>,
    pub(super) colour: Option<Colour>,
    pub(super) max_reorder_frames: Option<u8>,
}

/// Reads the NAL unit of a sequence parameter set, header byte included.
pub(super) fn parse(nal: &[u8]) -> Result<Sps, H264Error> {
    let rbsp = without_emulation_prevention(nal.get(1..).unwrap_or_default());
    let mut reader = BitReader::new(&rbsp);
    let header = Header::read(&mut reader).map_err(H264Error::BadSps)?;
    let (width, height) = header.shown_size()?;
    // A broken VUI must not cost the viewer the picture.
    let vui = header.vui_present.then(|| Vui::read(&mut reader).ok()).flatten();
    let vui = vui.unwrap_or_default();
    Ok(Sps {
        width,
        height,
        pixel_aspect: vui.pixel_aspect,
        frame_rate: vui.frame_rate,
        colour: vui.colour,
        max_reorder_frames: vui.max_reorder_frames.or_else(|| header.inferred_reorder()),
    })
}

/// The fields before the VUI.
#[derive(Debug)]
struct Header {
    profile_idc: u8,
    constraint_set3: bool,
    /// Luma samples per chroma sample, across and down; `None` where the format is reserved.
    subsampling: Option<(u64, u64)>,
    width_in_mbs: u32,
    height_in_map_units: u32,
    frame_mbs_only: bool,
    /// Left, right, top, bottom, in crop units.
    crop: [u32; 4],
    vui_present: bool,
}

impl Header {
    fn read(reader: &mut BitReader<'_>) -> Result<Self, OutOfBits> {
        let profile_idc = reader.small(8)?;
        let constraint_flags = reader.small(8)?;
        reader.skip(8)?; // level_idc
        reader.ue()?; // seq_parameter_set_id
        let subsampling = read_chroma(reader, profile_idc)?;
        reader.ue()?; // log2_max_frame_num_minus4
        skip_picture_order_count(reader)?;
        reader.ue()?; // max_num_ref_frames
        reader.flag()?; // gaps_in_frame_num_value_allowed_flag
        let width_in_mbs = reader.ue()?.saturating_add(1);
        let height_in_map_units = reader.ue()?.saturating_add(1);
        let frame_mbs_only = reader.flag()?;
        if !frame_mbs_only {
            reader.flag()?; // mb_adaptive_frame_field_flag
        }
        reader.flag()?; // direct_8x8_inference_flag
        let crop = if reader.flag()? {
            [reader.ue()?, reader.ue()?, reader.ue()?, reader.ue()?]
        } else {
            [0; 4]
        };
        Ok(Self {
            profile_idc,
            constraint_set3: constraint_flags & 0x10 != 0,
            subsampling,
            width_in_mbs,
            height_in_map_units,
            frame_mbs_only,
            crop,
            vui_present: reader.flag()?,
        })
    }

    /// Width and height after cropping, equations 7-19 to 7-22 of §7.4.2.1.1.
    fn shown_size(&self) -> Result<(u32, u32), H264Error> {
        let (sub_width, sub_height) =
            self.subsampling.ok_or(H264Error::OutOfRange("chroma_format_idc"))?;
        let fields = if self.frame_mbs_only { 1 } else { 2 };
        let [left, right, top, bottom] = self.crop.map(u64::from);
        let side = |coded: u64, cropped: u64| {
            u32::try_from(coded.saturating_sub(cropped)).unwrap_or(u32::MAX)
        };
        let width = side(u64::from(self.width_in_mbs) * 16, (left + right) * sub_width);
        let coded_height = u64::from(self.height_in_map_units) * 16 * fields;
        let height = side(coded_height, (top + bottom) * sub_height * fields);
        let sides = 1..=MAX_SIDE;
        if !sides.contains(&width) || !sides.contains(&height) {
            return Err(H264Error::PictureSize { width, height });
        }
        Ok((width, height))
    }

    /// The inference of §E.2.1 where `bitstream_restriction_flag` is 0, and Baseline, which has no
    /// B slices.
    fn inferred_reorder(&self) -> Option<u8> {
        let intra_only = matches!(self.profile_idc, 44 | 86 | 100 | 110 | 122 | 244);
        (self.profile_idc == 66 || (intra_only && self.constraint_set3)).then_some(0)
    }
}

/// Reads `chroma_format_idc`, 4:2:0 where the profile has no such field, and steps over the rest of
/// what high profiles add.
fn read_chroma(
    reader: &mut BitReader<'_>,
    profile_idc: u8,
) -> Result<Option<(u64, u64)>, OutOfBits> {
    const WITH_CHROMA: [u8; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
    if !WITH_CHROMA.contains(&profile_idc) {
        return Ok(Some((2, 2)));
    }
    let chroma_format = reader.ue()?;
    if chroma_format == 3 {
        reader.flag()?; // separate_colour_plane_flag
    }
    reader.ue()?; // bit_depth_luma_minus8
    reader.ue()?; // bit_depth_chroma_minus8
    reader.flag()?; // qpprime_y_zero_transform_bypass_flag
    if reader.flag()? {
        let lists = if chroma_format == 3 { 12 } else { 8 };
        for list in 0..lists {
            if reader.flag()? {
                skip_scaling_list(reader, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Ok(match chroma_format {
        0 | 3 => Some((1, 1)),
        1 => Some((2, 2)),
        2 => Some((2, 1)),
        _ => None,
    })
}

fn skip_scaling_list(reader: &mut BitReader<'_>, size: u32) -> Result<(), OutOfBits> {
    let mut last = 8_i32;
    for _ in 0..size {
        let next = last.wrapping_add(reader.se()?) & 0xff;
        if next == 0 {
            break;
        }
        last = next;
    }
    Ok(())
}

fn skip_picture_order_count(reader: &mut BitReader<'_>) -> Result<(), OutOfBits> {
    match reader.ue()? {
        0 => {
            reader.ue()?; // log2_max_pic_order_cnt_lsb_minus4
        }
        1 => {
            reader.flag()?; // delta_pic_order_always_zero_flag
            reader.se()?; // offset_for_non_ref_pic
            reader.se()?; // offset_for_top_to_bottom_field
            for _ in 0..reader.ue()? {
                reader.se()?; // offset_for_ref_frame
            }
        }
        _ => {}
    }
    Ok(())
}

/// Video usability information, §E.1.1.
#[derive(Debug, Default)]
struct Vui {
    pixel_aspect: Option<(u16, u16)>,
    frame_rate: Option<FrameRate>,
    colour: Option<Colour>,
    max_reorder_frames: Option<u8>,
}

impl Vui {
    fn read(reader: &mut BitReader<'_>) -> Result<Self, OutOfBits> {
        let nal::Vui { pixel_aspect, colour } = nal::Vui::read(reader)?;
        let frame_rate = if reader.flag()? { read_frame_rate(reader)? } else { None };
        let mut out = Self { pixel_aspect, frame_rate, colour, max_reorder_frames: None };
        // What is known so far is kept even where the rest is cut off.
        out.max_reorder_frames = read_reorder(reader).unwrap_or_default();
        Ok(out)
    }
}

fn read_frame_rate(reader: &mut BitReader<'_>) -> Result<Option<FrameRate>, OutOfBits> {
    let (units_in_tick, time_scale) = (reader.bits(32)?, reader.bits(32)?);
    reader.flag()?; // fixed_frame_rate_flag
    // Two ticks, one per field, make a frame (§E.2.1).
    Ok(units_in_tick.checked_mul(2).and_then(|units| FrameRate::lowest(time_scale, units)))
}

/// `max_num_reorder_frames`, after stepping over the hypothetical reference decoder.
fn read_reorder(reader: &mut BitReader<'_>) -> Result<Option<u8>, OutOfBits> {
    let nal_hrd = reader.flag()?;
    if nal_hrd {
        skip_reference_decoder(reader)?;
    }
    let vcl_hrd = reader.flag()?;
    if vcl_hrd {
        skip_reference_decoder(reader)?;
    }
    if nal_hrd || vcl_hrd {
        reader.flag()?; // low_delay_hrd_flag
    }
    reader.flag()?; // pic_struct_present_flag
    if !reader.flag()? {
        return Ok(None);
    }
    reader.flag()?; // motion_vectors_over_pic_boundaries_flag
    for _ in 0..4 {
        reader.ue()?; // max_bytes_per_pic_denom to log2_max_mv_length_vertical
    }
    // The largest decoded picture buffer holds 16 frames; a larger figure is noise.
    Ok(u8::try_from(reader.ue()?).ok().filter(|&frames| frames <= 16))
}

/// Steps over `hrd_parameters()`, §E.1.2.
fn skip_reference_decoder(reader: &mut BitReader<'_>) -> Result<(), OutOfBits> {
    let specifications = reader.ue()?.saturating_add(1);
    reader.skip(8)?; // bit_rate_scale, cpb_size_scale
    for _ in 0..specifications {
        reader.ue()?; // bit_rate_value_minus1
        reader.ue()?; // cpb_size_value_minus1
        reader.flag()?; // cbr_flag
    }
    reader.skip(20) // three delay lengths and time_offset_length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crops_an_interlaced_picture_in_field_units() {
        // Main profile, 1920x1088 as 68 macroblock pairs, cropped by 2 units of 4 lines to 1080.
        let header = Header {
            profile_idc: 77,
            constraint_set3: false,
            subsampling: Some((2, 2)),
            width_in_mbs: 120,
            height_in_map_units: 34,
            frame_mbs_only: false,
            crop: [0, 0, 0, 2],
            vui_present: false,
        };
        assert_eq!(header.shown_size(), Ok((1920, 1080)));
        assert_eq!(header.inferred_reorder(), None);
    }

    #[test]
    fn refuses_a_picture_cropped_to_nothing() {
        let header = Header {
            profile_idc: 66,
            constraint_set3: false,
            subsampling: Some((2, 2)),
            width_in_mbs: 2,
            height_in_map_units: 2,
            frame_mbs_only: true,
            crop: [8, 8, 0, 0],
            vui_present: false,
        };
        assert_eq!(header.shown_size(), Err(H264Error::PictureSize { width: 0, height: 32 }));
        assert_eq!(header.inferred_reorder(), Some(0));
    }
}
