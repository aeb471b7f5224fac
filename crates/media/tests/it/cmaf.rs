//! Init segments and fragments of real streams, judged by FFmpeg.

use media::{
    CodecConfig,
    av1::Av1Config,
    cmaf::{Sample, fragment, init_segment},
    hevc::HevcConfig,
    opus::{OpusConfig, packet_samples},
};

use crate::ffmpeg::{Track, decodes, encode, encode_mp4, shown_times};

/// Fragments of `frames_each` frames, with the durations that the decoding times give.
fn fragments(track: &Track, frames_each: usize) -> Vec<Vec<u8>> {
    let samples: Vec<Sample> = track
        .frames
        .iter()
        .enumerate()
        .map(|(index, frame)| {
            let next = track.frames.get(index + 1).map_or(frame.dts + 1, |next| next.dts);
            Sample {
                duration: u32::try_from(next - frame.dts).unwrap(),
                composition_offset: i32::try_from(frame.pts - frame.dts).unwrap(),
                keyframe: frame.keyframe,
                data: frame.data.clone(),
            }
        })
        .collect();
    let starts = (0..samples.len()).step_by(frames_each);
    starts
        .zip(1..)
        .map(|(start, number)| {
            let end = samples.len().min(start + frames_each);
            let base = u64::try_from(track.frames[start].dts).unwrap();
            fragment(number, 1, base, &samples[start..end]).to_vec()
        })
        .collect()
}

fn file(track: &Track, fragments: &[Vec<u8>]) -> Vec<u8> {
    [init_segment(&track.config, 1).to_vec(), fragments.concat()].concat()
}

fn check(track: &Track, frames_each: usize) {
    let fragments = fragments(track, frames_each);
    let whole = file(track, &fragments);
    decodes(&whole);
    let mut expected: Vec<i64> = track.frames.iter().map(|frame| frame.pts).collect();
    expected.sort_unstable();
    assert_eq!(shown_times(&whole), expected);
}

#[test]
fn plays_video_without_reordering() {
    let (video, _) = encode(&["-tune", "zerolatency"]);
    let CodecConfig::H264(config) = &video.config else { panic!("not H.264") };
    assert_eq!((config.width, config.height), (320, 180));
    assert!((config.frame_rate.unwrap().as_f64() - 30.0).abs() < 1e-9);
    assert_eq!(video.frames.len(), 60);
    check(&video, 6);
    check(&video, 1);
}

#[test]
fn plays_video_with_reordering() {
    let (video, _) = encode(&["-bf", "3", "-profile:v", "high"]);
    let CodecConfig::H264(config) = &video.config else { panic!("not H.264") };
    assert!(config.max_reorder_frames > Some(0), "{config:?}");
    assert!(video.frames.iter().any(|frame| frame.pts != frame.dts));
    check(&video, 6);
}

#[test]
fn plays_audio() {
    let (_, audio) = encode(&[]);
    let CodecConfig::Aac(config) = &audio.config else { panic!("not AAC") };
    assert_eq!((config.sample_rate, config.channels), (48_000, 2));
    let fragments = fragments(&audio, 10);
    decodes(&file(&audio, &fragments));
}

const PICTURE: &str = "testsrc2=size=320x180:rate=30:duration=2";

#[test]
fn plays_hevc() {
    for reorder in ["bframes=0", "bframes=3:b-adapt=0"] {
        let parameters = format!("keyint=30:{reorder}:log-level=error");
        let options = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", &parameters];
        let options = [&options[..], &["-tag:v", "hvc1"]].concat();
        let hevc = encode_mp4(PICTURE, &options, *b"hvcC", |record| {
            CodecConfig::Hevc(HevcConfig::parse(record).unwrap())
        });
        assert_eq!(hevc.frames.len(), 60);
        assert_eq!(hevc.frames.iter().any(|frame| frame.pts != frame.dts), reorder != "bframes=0");
        for frame in &hevc.frames {
            assert_eq!(hevc.config.starts_decoding(&frame.data), frame.keyframe);
        }
        check(&hevc, 6);
    }
}

#[test]
fn plays_av1() {
    let options = ["-c:v", "libsvtav1", "-preset", "12", "-g", "30", "-pix_fmt", "yuv420p"];
    let av1 = encode_mp4(PICTURE, &options, *b"av1C", |record| {
        CodecConfig::Av1(Av1Config::parse(record).unwrap())
    });
    assert_eq!(av1.frames.len(), 60);
    for frame in &av1.frames {
        assert_eq!(av1.config.starts_decoding(&frame.data), frame.keyframe);
    }
    check(&av1, 6);
    check(&av1, 1);
}

#[test]
fn plays_opus() {
    let tone = "sine=frequency=440:sample_rate=48000:duration=2";
    let opus = encode_mp4(tone, &["-c:a", "libopus", "-ac", "2"], *b"dOps", |record| {
        assert_eq!(record[..2], [0, 2], "version and channels");
        CodecConfig::Opus(OpusConfig::new(2))
    });
    for pair in opus.frames.windows(2) {
        let length = packet_samples(&pair[0].data).unwrap();
        assert_eq!(pair[1].dts - pair[0].dts, i64::from(length));
    }
    decodes(&file(&opus, &fragments(&opus, 10)));
}

#[test]
fn decodes_each_group_alone() {
    let (video, _) = encode(&["-bf", "2"]);
    for group in fragments(&video, 30) {
        decodes(&file(&video, &[group]));
    }
}
