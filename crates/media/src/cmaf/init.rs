//! The init segment: `ftyp` and a `moov` without frames (ISO/IEC 23000-19 §7.3.1).

use bytes::Bytes;

use super::boxes::{BoxWriter, size32};
use crate::{CodecConfig, Picture, TrackKind, aac::AudioConfig, opus::OpusConfig};

/// `tkhd` flags: enabled, in the movie, in the preview (ISO/IEC 14496-12 §8.3.2.3).
const TRACK_SHOWN: u32 = 0x07;
/// `url ` flag: the media lies in the same file (§8.7.2.1).
const SELF_CONTAINED: u32 = 0x01;
/// `vmhd` flag that the format requires to be set (§12.1.2).
const VMHD: u32 = 0x01;
/// Undetermined language, three letters of five bits (§8.4.2.3).
const LANGUAGE_UND: u16 = 0x55c4;
/// 72 dots per inch, 16.16 fixed point.
const RESOLUTION: u32 = 0x48_0000;
/// 24 bits of colour, no alpha.
const DEPTH: u16 = 0x18;

/// Writes the init segment of one track.
///
/// The timescale of movie and track is that of the codec header; the track starts at time zero
/// without an edit list, so fragments carry stream time as it is.
pub fn init_segment(config: &CodecConfig, track_id: u32) -> Bytes {
    let mut out = BoxWriter::with_capacity(1024);
    out.nest(*b"ftyp", |ftyp| {
        ftyp.bytes(b"iso6").u32(0).bytes(b"iso6").bytes(b"cmfc").bytes(b"mp41");
    });
    out.nest(*b"moov", |moov| {
        moov.full(*b"mvhd", 0, 0, |mvhd| {
            mvhd.zeros(8).u32(config.timescale()).u32(0); // times, timescale, duration
            mvhd.u32(0x1_0000).u16(0x100).zeros(10).matrix(); // rate 1, volume 1
            mvhd.zeros(24).u32(track_id.saturating_add(1)); // next_track_ID
        });
        moov.nest(*b"trak", |trak| write_track(trak, config, track_id));
        moov.nest(*b"mvex", |mvex| {
            mvex.full(*b"trex", 0, 0, |trex| {
                trex.u32(track_id).u32(1).zeros(12); // one sample description, no defaults
            });
        });
    });
    out.finish()
}

fn write_track(trak: &mut BoxWriter, config: &CodecConfig, track_id: u32) {
    let (width, height, volume) = match config.picture() {
        Some(picture) => (shown_width(picture), picture.height << 16, 0),
        None => (0, 0, 0x100),
    };
    trak.full(*b"tkhd", 0, TRACK_SHOWN, |tkhd| {
        tkhd.zeros(8).u32(track_id).zeros(4).u32(0).zeros(8); // times, reserved, duration, reserved
        tkhd.zeros(4).u16(volume).zeros(2).matrix(); // layer and group, volume
        tkhd.u32(width).u32(height);
    });
    trak.nest(*b"mdia", |mdia| {
        mdia.full(*b"mdhd", 0, 0, |mdhd| {
            mdhd.zeros(8).u32(config.timescale()).u32(0).u16(LANGUAGE_UND).zeros(2);
        });
        let (handler, name) = match config.kind() {
            TrackKind::Video => (b"vide", b"video\0"),
            TrackKind::Audio => (b"soun", b"audio\0"),
        };
        mdia.full(*b"hdlr", 0, 0, |hdlr| {
            hdlr.zeros(4).bytes(handler).zeros(12).bytes(name);
        });
        mdia.nest(*b"minf", |minf| write_media_information(minf, config));
    });
}

/// Width of the shown picture with square pixels, 16.16 fixed point.
fn shown_width(picture: Picture) -> u32 {
    let (numerator, denominator) = picture.pixel_aspect.unwrap_or((1, 1));
    let width =
        u64::from(picture.width << 16) * u64::from(numerator) / u64::from(denominator.max(1));
    u32::try_from(width).unwrap_or(u32::MAX)
}

fn write_media_information(minf: &mut BoxWriter, config: &CodecConfig) {
    match config.kind() {
        TrackKind::Video => minf.full(*b"vmhd", 0, VMHD, |vmhd| {
            vmhd.zeros(8); // copy mode, no colour
        }),
        TrackKind::Audio => minf.full(*b"smhd", 0, 0, |smhd| {
            smhd.zeros(4); // centred
        }),
    }
    minf.nest(*b"dinf", |dinf| {
        dinf.full(*b"dref", 0, 0, |dref| {
            dref.u32(1).full(*b"url ", 0, SELF_CONTAINED, |_| {});
        });
    });
    minf.nest(*b"stbl", |stbl| {
        stbl.full(*b"stsd", 0, 0, |stsd| {
            stsd.u32(1);
            match config {
                CodecConfig::H264(avc) => {
                    write_visual_entry(stsd, config, *b"avc1", *b"avcC", &avc.record);
                }
                CodecConfig::Hevc(hevc) => {
                    write_visual_entry(stsd, config, *b"hvc1", *b"hvcC", &hevc.record);
                }
                CodecConfig::Av1(av1) => {
                    write_visual_entry(stsd, config, *b"av01", *b"av1C", &av1.record);
                }
                CodecConfig::Aac(audio) => write_aac_entry(stsd, audio),
                CodecConfig::Opus(opus) => write_opus_entry(stsd, opus),
            }
        });
        for empty in [b"stts", b"stsc", b"stco"] {
            stbl.full(*empty, 0, 0, |table| {
                table.u32(0);
            });
        }
        stbl.full(*b"stsz", 0, 0, |stsz| {
            stsz.u32(0).u32(0);
        });
    });
}

/// `avc1` and `hvc1` (ISO/IEC 14496-15 §5.4.2, §8.4.1), `av01` (AV1 binding §2.2): headers are in
/// the entry's own box, not in the frames.
fn write_visual_entry(
    stsd: &mut BoxWriter,
    config: &CodecConfig,
    kind: [u8; 4],
    record_kind: [u8; 4],
    record: &[u8],
) {
    let Some(picture) = config.picture() else { return };
    let side = |pixels: u32| u16::try_from(pixels).unwrap_or(u16::MAX);
    stsd.nest(kind, |entry| {
        entry.zeros(6).u16(1).zeros(16); // reserved, data_reference_index, reserved
        entry.u16(side(picture.width)).u16(side(picture.height)).u32(RESOLUTION).u32(RESOLUTION);
        entry.zeros(4).u16(1).zeros(32).u16(DEPTH).u16(u16::MAX); // one frame a sample, no name
        entry.nest(record_kind, |inner| {
            inner.bytes(record);
        });
        if let Some((width, height)) =
            picture.pixel_aspect.filter(|&(width, height)| width != height)
        {
            entry.nest(*b"pasp", |pasp| {
                pasp.u32(width.into()).u32(height.into());
            });
        }
    });
}

/// `mp4a` (ISO/IEC 14496-14 §5.6) with its elementary stream descriptor.
fn write_aac_entry(stsd: &mut BoxWriter, audio: &AudioConfig) {
    // The field holds 16 bits; where the rate does not fit, the descriptor alone carries it.
    let rate = u32::from(u16::try_from(audio.sample_rate).unwrap_or(0)) << 16;
    stsd.nest(*b"mp4a", |mp4a| {
        mp4a.zeros(6).u16(1).zeros(8); // reserved, data_reference_index, reserved
        mp4a.u16(audio.channels.into()).u16(16).zeros(4).u32(rate);
        mp4a.full(*b"esds", 0, 0, |esds| write_elementary_stream(esds, &audio.record));
    });
}

/// `Opus` with its `dOps` (Encapsulation of Opus in ISO Base Media File Format §4.3).
fn write_opus_entry(stsd: &mut BoxWriter, opus: &OpusConfig) {
    stsd.nest(*b"Opus", |entry| {
        entry.zeros(6).u16(1).zeros(8); // reserved, data_reference_index, reserved
        entry.u16(opus.channels.into()).u16(16).zeros(4).u32(48_000 << 16);
        entry.nest(*b"dOps", |dops| {
            dops.u8(0).u8(opus.channels).u16(opus.pre_skip).u32(opus.input_sample_rate);
            dops.u16(opus.output_gain.cast_unsigned()).bytes(&opus.mapping);
        });
    });
}

/// `ES_Descriptor` of ISO/IEC 14496-1 §7.2.6.5.
fn write_elementary_stream(esds: &mut BoxWriter, specific: &[u8]) {
    const ES: u8 = 3;
    const DECODER_CONFIG: u8 = 4;
    const DECODER_SPECIFIC: u8 = 5;
    const SYNC_LAYER_CONFIG: u8 = 6;
    /// Bytes of a descriptor's tag and length.
    const HEADER: usize = 5;
    /// `objectTypeIndication` of MPEG-4 audio.
    const MPEG4_AUDIO: u8 = 0x40;
    /// `streamType` audio in six bits, `upStream` 0, one reserved bit set.
    const AUDIO_STREAM: u8 = 0x15;
    /// The synchronisation layer as MP4 files use it.
    const MP4_SYNC_LAYER: u8 = 2;

    let decoder_config = 13 + HEADER + specific.len();
    descriptor(esds, ES, 3 + HEADER + decoder_config + HEADER + 1);
    esds.u16(0).u8(0); // ES_ID, no options
    descriptor(esds, DECODER_CONFIG, decoder_config);
    esds.u8(MPEG4_AUDIO).u8(AUDIO_STREAM).zeros(3 + 4 + 4); // buffer and bitrates not stated
    descriptor(esds, DECODER_SPECIFIC, specific.len());
    esds.bytes(specific);
    descriptor(esds, SYNC_LAYER_CONFIG, 1);
    esds.u8(MP4_SYNC_LAYER);
}

/// Tag and length; the length always in four groups of seven bits.
fn descriptor(esds: &mut BoxWriter, tag: u8, length: usize) {
    let length = size32(length);
    esds.u8(tag);
    for shift in [21, 14, 7, 0] {
        let more = if shift > 0 { 0x80 } else { 0 };
        esds.u8(more | (length >> shift & 0x7f) as u8);
    }
}

#[cfg(test)]
mod tests {
    use mp4_atom::{Any, Codec, Decode};

    use super::*;
    use crate::{FrameRate, h264::AvcConfig};

    /// Reads an init segment back with an independent parser.
    fn decode(config: &CodecConfig) -> mp4_atom::Moov {
        let bytes = init_segment(config, 3);
        let mut rest = &bytes[..];
        let Any::Ftyp(ftyp) = Any::decode(&mut rest).unwrap() else { panic!("no ftyp") };
        assert!(ftyp.compatible_brands.contains(&b"cmfc".into()));
        let Any::Moov(moov) = Any::decode(&mut rest).unwrap() else { panic!("no moov") };
        assert!(rest.is_empty());
        assert_eq!(moov.mvex.as_ref().unwrap().trex[0].track_id, 3);
        assert_eq!(moov.trak[0].tkhd.track_id, 3);
        assert_eq!(moov.trak[0].mdia.mdhd.timescale, config.timescale());
        assert_eq!(moov.trak[0].mdia.mdhd.language, "und");
        moov
    }

    #[test]
    fn describes_an_h264_track() {
        let record = Bytes::from_static(&[
            1, 100, 0, 31, 0xff, 0xe1, 0, 4, 0x67, 100, 0, 31, 1, 0, 2, 0x68, 0xee,
        ]);
        let config = CodecConfig::H264(AvcConfig {
            record,
            width: 720,
            height: 576,
            pixel_aspect: Some((16, 11)),
            profile_idc: 100,
            constraint_flags: 0,
            level_idc: 31,
            frame_rate: Some(FrameRate { numerator: 25, denominator: 1 }),
            max_reorder_frames: Some(2),
            colour: None,
            nal_length_size: 4,
        });
        let moov = decode(&config);
        let track = &moov.trak[0];
        assert_eq!((track.tkhd.width.integer(), track.tkhd.height.integer()), (1047, 576));
        let [Codec::Avc1(entry)] = &track.mdia.minf.stbl.stsd.codecs[..] else { panic!("no avc1") };
        assert_eq!((entry.visual.width, entry.visual.height), (720, 576));
        assert_eq!(entry.avcc.sequence_parameter_sets, [[0x67, 100, 0, 31]]);
        let pasp = entry.pasp.as_ref().unwrap();
        assert_eq!((pasp.h_spacing, pasp.v_spacing), (16, 11));
    }

    #[test]
    fn describes_an_opus_track() {
        let moov = decode(&CodecConfig::Opus(OpusConfig::new(2)));
        let codecs = &moov.trak[0].mdia.minf.stbl.stsd.codecs;
        let [Codec::Opus(entry)] = &codecs[..] else { panic!("no Opus") };
        assert_eq!(entry.audio.channel_count, 2);
        assert_eq!(entry.audio.sample_rate.integer(), 48_000);
        assert_eq!((entry.dops.output_channel_count, entry.dops.pre_skip), (2, 312));
    }

    #[test]
    fn describes_an_aac_track() {
        let record = Bytes::from_static(&[0x11, 0x90]);
        let moov = decode(&CodecConfig::Aac(AudioConfig::parse(record).unwrap()));
        let codecs = &moov.trak[0].mdia.minf.stbl.stsd.codecs;
        let [Codec::Mp4a(entry)] = &codecs[..] else { panic!("no mp4a") };
        assert_eq!(entry.audio.channel_count, 2);
        assert_eq!(entry.audio.sample_rate.integer(), 48_000);
        let decoder = &entry.esds.es_desc.dec_config;
        assert_eq!(decoder.object_type_indication, 0x40);
        assert_eq!(decoder.stream_type, 5);
        let specific = decoder.dec_specific.as_ref().unwrap();
        assert_eq!((specific.profile, specific.freq_index, specific.chan_conf), (2, 3, 2));
    }
}
