//! Streams made by the system's FFmpeg, and its verdict on ours.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
    thread,
};

use bytes::Bytes;
use media::{CodecConfig, Frame, aac::AudioConfig, h264::AvcConfig};
use mp4_atom::{Any, Decode as _, Moof};

/// One track as an encoder made it.
pub(crate) struct Track {
    pub(crate) config: CodecConfig,
    pub(crate) frames: Vec<Frame>,
}

/// Two seconds of test picture and tone, encoded with `video` options into FLV and taken apart.
pub(crate) fn encode(video: &[&str]) -> (Track, Track) {
    let picture = "testsrc2=size=320x180:rate=30:duration=2";
    let tone = "sine=frequency=440:sample_rate=48000:duration=2";
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-pix_fmt", "yuv420p"])
        .args(video)
        .args(["-c:a", "aac", "-ac", "2", "-f", "flv", "-flvflags", "no_duration_filesize", "-"])
        .output()
        .expect("ffmpeg is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    split_flv(&Bytes::from(output.stdout))
}

/// Two seconds of `input`, encoded with these options into fragmented MP4 and taken apart by an
/// independent parser. `config` reads the codec's own box, of type `header`.
pub(crate) fn encode_mp4(
    input: &str,
    options: &[&str],
    header: [u8; 4],
    config: impl Fn(Bytes) -> CodecConfig,
) -> Track {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", input])
        .args(options)
        .args(["-video_track_timescale", "90000", "-f", "mp4", "-movflags"])
        .args(["frag_keyframe+empty_moov+delay_moov+default_base_moof", "-"])
        .output()
        .expect("ffmpeg is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = Bytes::from(output.stdout);
    let at = file.windows(4).position(|kind| kind == header).expect("the codec's box");
    let size = u32::from_be_bytes(file[at - 4..at].try_into().unwrap()) as usize;
    let config = config(file.slice(at + 4..at - 4 + size));
    let mut frames = Vec::new();
    let (mut rest, mut moof) = (&file[..], None);
    while !rest.is_empty() {
        match Any::decode(&mut rest).unwrap() {
            Any::Moof(it) => moof = Some(it),
            Any::Mdat(mdat) => take_fragment(&mut frames, &moof.take().unwrap(), &mdat.data),
            _ => {}
        }
    }
    Track { config, frames }
}

fn take_fragment(frames: &mut Vec<Frame>, moof: &Moof, data: &[u8]) {
    let traf = &moof.traf[0];
    let mut dts = i64::try_from(traf.tfdt.as_ref().unwrap().base_media_decode_time).unwrap();
    let mut at = 0;
    for sample in traf.trun.iter().flat_map(|run| &run.samples) {
        let size = sample.size.or(traf.tfhd.default_sample_size).unwrap() as usize;
        let flags = sample.flags.or(traf.tfhd.default_sample_flags).unwrap();
        frames.push(Frame {
            dts,
            pts: dts + sample.cts.unwrap_or(0),
            keyframe: flags & 0x1_0000 == 0,
            data: Bytes::copy_from_slice(&data[at..at + size]),
        });
        at += size;
        dts += i64::from(sample.duration.or(traf.tfhd.default_sample_duration).unwrap());
    }
}

/// A demuxer for FFmpeg's own FLV: just enough, and independent of the one under test elsewhere.
fn split_flv(file: &Bytes) -> (Track, Track) {
    let (mut video, mut audio) = (None, None);
    let mut rest = file.slice(13..);
    while rest.len() > 11 {
        let size = usize::from(rest[1]) << 16 | usize::from(rest[2]) << 8 | usize::from(rest[3]);
        let time = [rest[7], rest[4], rest[5], rest[6]];
        let time = i64::from(u32::from_be_bytes(time));
        let body = rest.slice(11..11 + size);
        match rest[0] {
            9 => take_video(&mut video, time, &body),
            8 => take_audio(&mut audio, time, &body),
            _ => {}
        }
        rest = rest.slice(11 + size + 4..);
    }
    (video.expect("a video track"), audio.expect("an audio track"))
}

fn take_video(track: &mut Option<Track>, time: i64, body: &Bytes) {
    match body[1] {
        0 => {
            let config = AvcConfig::parse(body.slice(5..)).unwrap();
            *track = Some(Track { config: CodecConfig::H264(config), frames: Vec::new() });
        }
        1 => {
            let offset = i32::from_be_bytes([body[2], body[3], body[4], 0]) >> 8;
            track.as_mut().unwrap().frames.push(Frame {
                dts: time * 90,
                pts: (time + i64::from(offset)) * 90,
                keyframe: body[0] >> 4 == 1,
                data: body.slice(5..),
            });
        }
        _ => {}
    }
}

fn take_audio(track: &mut Option<Track>, time: i64, body: &Bytes) {
    if body[1] == 0 {
        let config = AudioConfig::parse(body.slice(2..)).unwrap();
        *track = Some(Track { config: CodecConfig::Aac(config), frames: Vec::new() });
        return;
    }
    let track = track.as_mut().unwrap();
    let ticks = time * i64::from(track.config.timescale()) / 1000;
    let data = body.slice(2..);
    track.frames.push(Frame { dts: ticks, pts: ticks, keyframe: true, data });
}

/// Runs FFmpeg's decoder over a file and fails on the first word of complaint.
pub(crate) fn decodes(file: &[u8]) {
    let args = ["-v", "error", "-xerror", "-i", "-", "-f", "null", "-"];
    let output = feed("ffmpeg", &args, file);
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && words.is_empty(), "{words}");
}

/// Presentation times in ticks of the frames that FFmpeg decodes, in output order.
pub(crate) fn shown_times(file: &[u8]) -> Vec<i64> {
    let args = ["-v", "error", "-show_entries", "frame=pts", "-of", "csv=p=0", "-i", "-"];
    let output = feed("ffprobe", &args, file);
    let text = String::from_utf8(output.stdout).unwrap();
    text.split([',', '\n']).filter(|word| !word.is_empty()).map(|w| w.parse().unwrap()).collect()
}

fn feed(program: &str, args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ffmpeg is installed");
    let mut stdin = child.stdin.take().unwrap();
    thread::scope(|scope| {
        // A decoder that gives up closes the pipe; its exit status tells.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().unwrap()
    })
}
