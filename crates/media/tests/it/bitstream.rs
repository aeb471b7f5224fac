//! Headers of real encoders, held against an independent parser, and arbitrary bytes.

use bytes::Bytes;
use h264_reader::{
    avcc::AvcDecoderConfigurationRecord,
    nal::sps::{AspectRatioInfo, SeqParameterSet},
};
use media::{
    CodecConfig, FrameRate, VideoRange,
    aac::AudioConfig,
    av1::{Av1Config, has_key_frame},
    h264::{AccessUnit, AvcConfig, has_idr},
    hevc::{HevcConfig, has_irap},
};
use mp4_atom::Atom as _;
use proptest::{collection::vec, prelude::*};

use crate::ffmpeg::{Track, encode, encode_mp4};

/// Reads the same record with `h264-reader`.
fn peer(record: &[u8]) -> SeqParameterSet {
    let record = AvcDecoderConfigurationRecord::try_from(record).unwrap();
    let context = record.create_context().unwrap();
    context.sps().next().unwrap().clone()
}

#[test]
fn agrees_with_an_independent_parser() {
    let variants: [&[&str]; 5] = [
        &["-profile:v", "baseline", "-vf", "scale=320:180"],
        &["-profile:v", "main", "-vf", "scale=318:178,setsar=16/11", "-bf", "2"],
        &["-profile:v", "high", "-vf", "scale=640:360", "-r", "30000/1001", "-bf", "3"],
        &["-profile:v", "high", "-x264opts", "nal-hrd=cbr:bitrate=800:vbv-bufsize=800"],
        &["-flags", "+ildct+ilme", "-x264opts", "tff=1", "-vf", "scale=720:484"],
    ];
    for options in variants {
        let (video, _) = encode(options);
        let CodecConfig::H264(ours) = video.config else { panic!("not H.264") };
        let theirs = peer(&ours.record);
        assert_eq!((ours.width, ours.height), theirs.pixel_dimensions().unwrap(), "{options:?}");
        assert!((ours.frame_rate.unwrap().as_f64() - theirs.fps().unwrap()).abs() < 1e-9);
        let vui = theirs.vui_parameters.as_ref().unwrap();
        let aspect = vui.aspect_ratio_info.as_ref().and_then(AspectRatioInfo::get);
        assert_eq!(ours.pixel_aspect, aspect, "{options:?}");
        let reorder =
            vui.bitstream_restrictions.as_ref().map(|limits| limits.max_num_reorder_frames);
        assert_eq!(ours.max_reorder_frames.map(u32::from), reorder, "{options:?}");
        for frame in &video.frames {
            let unit = AccessUnit::scan(&frame.data, ours.nal_length_size).unwrap();
            assert!(unit.picture);
            assert_eq!(unit.idr, frame.keyframe);
            assert_eq!(has_idr(&frame.data, ours.nal_length_size), frame.keyframe);
        }
    }
}

/// One frame of this picture, coded with these options; `header` is the codec's box.
fn one_frame(
    picture: &str,
    options: &[&str],
    header: [u8; 4],
    config: impl Fn(Bytes) -> CodecConfig,
) -> Track {
    let input = format!("testsrc2={picture},format=yuv420p,trim=end_frame=1");
    encode_mp4(&input, options, header, config)
}

#[test]
fn reads_what_x265_says_of_its_pictures() {
    let hevc = |picture: &str, parameters: &str| {
        let parameters = format!("log-level=error:{parameters}");
        let options = ["-c:v", "libx265", "-tag:v", "hvc1", "-x265-params", &parameters];
        let track = one_frame(picture, &options, *b"hvcC", |record| {
            CodecConfig::Hevc(HevcConfig::parse(record).unwrap())
        });
        (track.config.rfc6381(), track.config.picture().unwrap(), track)
    };
    let (name, picture, track) = hevc("size=1280x720:rate=30", "bframes=0");
    assert_eq!(name, "hvc1.1.6.L93.90");
    assert_eq!((picture.width, picture.height, picture.range), (1280, 720, VideoRange::Sdr));
    assert_eq!(picture.frame_rate, Some(FrameRate { numerator: 30, denominator: 1 }));
    assert_eq!(picture.max_reorder_frames, Some(0));
    assert!(track.config.starts_decoding(&track.frames[0].data));

    let film = "size=318x178:rate=30000/1001,setsar=16/11";
    let hdr = "bframes=4:b-adapt=0:scaling-list=default:colorprim=bt2020:transfer=smpte2084:\
               colormatrix=bt2020nc:hrd=1:vbv-bufsize=800:vbv-maxrate=800";
    let (_, picture, _) = hevc(film, hdr);
    assert_eq!((picture.width, picture.height), (318, 178));
    assert_eq!(picture.pixel_aspect, Some((16, 11)));
    assert_eq!(picture.frame_rate, Some(FrameRate { numerator: 30_000, denominator: 1_001 }));
    assert!(picture.max_reorder_frames >= Some(1));
    assert_eq!(picture.range, VideoRange::Pq);
    let (_, picture, _) = hevc("size=320x180:rate=25", "transfer=arib-std-b67");
    assert_eq!(picture.range, VideoRange::Hlg);
}

#[test]
fn makes_hevc_headers_of_parameter_sets() {
    let options = ["-c:v", "libx265", "-tag:v", "hvc1", "-x265-params", "log-level=error"];
    let track = one_frame("size=640x360:rate=25", &options, *b"hvcC", |record| {
        CodecConfig::Hevc(HevcConfig::parse(record).unwrap())
    });
    let CodecConfig::Hevc(theirs) = &track.config else { panic!("not HEVC") };
    let peer = mp4_atom::Hvcc::decode_body(&mut &theirs.record[..]).unwrap();
    let unit = |kind| {
        let array = peer.arrays.iter().find(|array| array.nal_unit_type == kind).unwrap();
        &array.nalus[0][..]
    };
    let ours = HevcConfig::from_parameter_sets(unit(32), unit(33), unit(34)).unwrap();
    assert_eq!(ours.rfc6381(), theirs.rfc6381());
    assert_eq!((ours.width, ours.height), (640, 360));
    let read = mp4_atom::Hvcc::decode_body(&mut &ours.record[..]).unwrap();
    assert_eq!(read.chroma_format_idc, peer.chroma_format_idc);
    assert_eq!(read.general_level_idc, peer.general_level_idc);
    assert_eq!(read.num_temporal_layers, peer.num_temporal_layers);
    assert_eq!(read.arrays.len(), 3);
}

#[test]
fn reads_what_av1_encoders_say_of_their_pictures() {
    let encoders: [&[&str]; 2] = [
        &["-c:v", "libsvtav1", "-preset", "12"],
        &["-c:v", "libaom-av1", "-cpu-used", "8", "-color_trc", "smpte2084"],
    ];
    for options in encoders {
        let colours = ["-color_primaries", "bt2020", "-colorspace", "bt2020nc"];
        let options = [options, &colours].concat();
        let track = one_frame("size=636x356:rate=30", &options, *b"av1C", |record| {
            CodecConfig::Av1(Av1Config::parse(record).unwrap())
        });
        let CodecConfig::Av1(theirs) = &track.config else { panic!("not AV1") };
        assert_eq!((theirs.width, theirs.height, theirs.bit_depth), (636, 356, 8));
        let data = &track.frames[0].data;
        assert!(track.config.starts_decoding(data));
        let ours = Av1Config::from_temporal_unit(data).unwrap().unwrap();
        assert_eq!(ours.record[..3], theirs.record[..3], "{options:?}");
        assert_eq!(ours.rfc6381(), theirs.rfc6381());
        assert!(ours.rfc6381().starts_with("av01.0.0"), "{}", ours.rfc6381());
    }
}

#[test]
fn sees_the_recovery_points_of_an_open_gop() {
    let options = ["-g", "15", "-bf", "2", "-x264opts", "open-gop=1:keyint=15:min-keyint=15"];
    let (video, _) = encode(&options);
    let units: Vec<_> =
        video.frames.iter().map(|frame| AccessUnit::scan(&frame.data, 4).unwrap()).collect();
    assert_eq!(units.iter().filter(|unit| unit.idr).count(), 1);
    assert!(units.iter().filter(|unit| unit.recovery_point && !unit.idr).count() >= 2);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(data in vec(any::<u8>(), 0..200), size in 0_usize..9) {
        let bytes = Bytes::from(data.clone());
        drop(AvcConfig::parse(bytes.clone()));
        drop(AudioConfig::parse(bytes.clone()));
        drop(HevcConfig::parse(bytes.clone()));
        drop(Av1Config::parse(bytes));
        drop(HevcConfig::from_parameter_sets(&data, &data, &data));
        drop(Av1Config::from_temporal_unit(&data));
        has_key_frame(&data);
        has_irap(&data, size);
        drop(AccessUnit::scan(&data, size));
        has_idr(&data, size);
    }

    /// Past the checks that stop most arbitrary records, so that the SPS itself is arbitrary.
    #[test]
    fn an_arbitrary_sps_never_panics(profile in any::<u8>(), body in vec(any::<u8>(), 0..120)) {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        let head = [1, profile, 0, 31, 0xff, 0xe1, length[0], length[1], 0x67, profile];
        let record = [&head[..], &body, &[1, 0, 1, 0x68]].concat();
        if let Ok(config) = AvcConfig::parse(record.into()) {
            prop_assert!(config.width > 0 && config.height > 0);
        }
    }
}
