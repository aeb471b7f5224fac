//! Headers of real encoders, held against an independent parser, and arbitrary bytes.

use bytes::Bytes;
use h264_reader::{
    avcc::AvcDecoderConfigurationRecord,
    nal::sps::{AspectRatioInfo, SeqParameterSet},
};
use media::{
    CodecConfig,
    aac::AudioConfig,
    h264::{AccessUnit, AvcConfig, has_idr},
};
use proptest::{collection::vec, prelude::*};

use crate::ffmpeg::encode;

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
        drop(AudioConfig::parse(bytes));
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
