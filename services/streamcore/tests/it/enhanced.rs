//! Codecs that only Enhanced RTMP carries: encoded by FFmpeg, published by our own client, watched
//! with FFmpeg.

use std::{process::Stdio, time::Duration};

use bytes::Bytes;
use media::{
    flv::{AudioCodec, AudioPacket, AudioTag, TagKind, VideoCodec, VideoPacket, VideoTag},
    opus::OpusConfig,
    rtmp::{ClientConfig, ClientEvent, ClientSession, Secret},
};
use mp4_atom::{Any, Decode as _, Moof};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    process::Command,
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};

use crate::service::TestService;

/// Messages with their times in milliseconds, in order.
type Recording = Vec<(u32, TagKind, Bytes)>;

/// Six seconds of picture or tone as FFmpeg encodes them, taken out of a fragmented MP4 by an
/// independent parser: the codec's own box, and frames with decode time and offset in milliseconds.
async fn encode(
    input: &str,
    options: &[&str],
    header: [u8; 4],
) -> (Bytes, Vec<(u32, i32, bool, Bytes)>) {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", input])
        .args(options)
        .args(["-f", "mp4", "-movflags", "frag_keyframe+empty_moov+delay_moov+default_base_moof"])
        .args(["-video_track_timescale", "90000", "-"])
        .stderr(Stdio::inherit())
        .output();
    let output = timeout(Duration::from_mins(1), output).await.unwrap().unwrap();
    assert!(output.status.success());
    let file = Bytes::from(output.stdout);
    let at = file.windows(4).position(|kind| kind == header).expect("the codec's box");
    let size = u32::from_be_bytes(file[at - 4..at].try_into().unwrap()) as usize;
    let ticks_per_ms = if header == *b"dOps" { 48 } else { 90 };
    let (mut frames, mut rest, mut moof) = (Vec::new(), &file[..], None);
    while !rest.is_empty() {
        match Any::decode(&mut rest).unwrap() {
            Any::Moof(it) => moof = Some(it),
            Any::Mdat(mdat) => split(&mut frames, &moof.take().unwrap(), &mdat.data, ticks_per_ms),
            _ => {}
        }
    }
    (file.slice(at + 4..at - 4 + size), frames)
}

fn split(frames: &mut Vec<(u32, i32, bool, Bytes)>, moof: &Moof, data: &[u8], ticks_per_ms: u64) {
    let traf = &moof.traf[0];
    let mut dts = traf.tfdt.as_ref().unwrap().base_media_decode_time;
    let mut at = 0;
    for sample in traf.trun.iter().flat_map(|run| &run.samples) {
        let size = sample.size.or(traf.tfhd.default_sample_size).unwrap() as usize;
        let flags = sample.flags.or(traf.tfhd.default_sample_flags).unwrap();
        let offset = sample.cts.unwrap_or(0) / i64::try_from(ticks_per_ms).unwrap();
        frames.push((
            u32::try_from(dts / ticks_per_ms).unwrap(),
            i32::try_from(offset).unwrap(),
            flags & 0x1_0000 == 0,
            Bytes::copy_from_slice(&data[at..at + size]),
        ));
        at += size;
        dts += u64::from(sample.duration.or(traf.tfhd.default_sample_duration).unwrap());
    }
}

async fn video(codec: VideoCodec, options: &[&str], header: [u8; 4]) -> Recording {
    let picture = "testsrc2=size=320x180:rate=30:duration=6,format=yuv420p";
    let (record, frames) = encode(picture, options, header).await;
    let body = |tag| VideoPacket { track: 0, codec, nanoseconds: 0, tag }.to_body();
    let frames = frames.into_iter().map(|(time, composition_time_ms, keyframe, data)| {
        let tag = VideoTag::Frame { keyframe, composition_time_ms, data };
        (time, TagKind::Video, body(tag))
    });
    let head = (0, TagKind::Video, body(VideoTag::SequenceHeader(record)));
    [head].into_iter().chain(frames).collect()
}

async fn opus() -> Recording {
    let tone = "sine=frequency=440:sample_rate=48000:duration=6";
    let (_, frames) = encode(tone, &["-c:a", "libopus", "-ac", "2"], *b"dOps").await;
    let body =
        |tag| AudioPacket { track: 0, codec: AudioCodec::Opus, nanoseconds: 0, tag }.to_body();
    let frames = frames
        .into_iter()
        .map(|(time, _, _, data)| (time, TagKind::Audio, body(AudioTag::Frame(data))));
    let head = AudioTag::SequenceHeader(OpusConfig::new(2).to_head());
    [(0, TagKind::Audio, body(head))].into_iter().chain(frames).collect()
}

/// Publishes a recording at its own pace, then stays connected until the task is aborted.
async fn publish(service: &TestService, url: &str, mut recording: Recording) -> JoinHandle<()> {
    recording.sort_by_key(|(time, ..)| *time);
    let (server, key) = url.rsplit_once('/').unwrap();
    let config = ClientConfig::new(server, "live", Secret::new(key));
    let mut session = ClientSession::new(config);
    let mut socket = TcpStream::connect(service.rtmp).await.unwrap();
    let mut buffer = [0; 4096];
    loop {
        socket.write_all(&session.take_output()).await.unwrap();
        let event = session.poll_event();
        if event == Some(ClientEvent::PublishAccepted) {
            break;
        }
        assert_eq!(event, None);
        let read = socket.read(&mut buffer).await.unwrap();
        assert!(read > 0, "the server hung up");
        session.receive(&buffer[..read]).unwrap();
    }
    tokio::spawn(async move {
        let started = Instant::now();
        for (time, kind, body) in recording {
            sleep_until(started + Duration::from_millis(time.into())).await;
            session.send(kind, time, body);
            if socket.write_all(&session.take_output()).await.is_err() {
                return;
            }
        }
        std::future::pending::<()>().await;
    })
}

/// Everything of a rendition that is complete, decoded by FFmpeg without a word of complaint.
async fn decodes(service: &TestService, rendition: &str) {
    let playlist = service.text(&format!("/live/demo/{rendition}.m3u8")).await;
    let mut file = Vec::new();
    let init = playlist.split("EXT-X-MAP:URI=\"").nth(1).unwrap().split('"').next().unwrap();
    let segments = playlist.lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for path in [init].into_iter().chain(segments) {
        let response = service.get(&format!("/live/demo/{path}")).await;
        file.extend_from_slice(&response.error_for_status().unwrap().bytes().await.unwrap());
        count += 1;
    }
    assert!(count > 1, "{playlist}");
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error", "-xerror", "-i", "-", "-f", "null", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&file).await.unwrap();
    let output = timeout(Duration::from_secs(20), child.wait_with_output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{rendition}: {said}");
}

async fn plays(recording: Recording, codecs: [&str; 2]) {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let publisher = publish(&service, &url, recording).await;
    service.until_state("demo", "live").await;
    let stream = service.json("/api/v1/streams/demo").await;
    assert_eq!((&stream["video"]["width"], &stream["video"]["height"]), (&320.into(), &180.into()));
    assert_eq!(stream["audio"]["sample_rate"], 48_000);
    let multivariant = service.text("/live/demo/index.m3u8").await;
    for codec in codecs {
        assert!(multivariant.contains(codec), "{multivariant}");
    }
    let report = tests::llhls::check(&service.base, "demo", Duration::from_secs(3)).await.unwrap();
    assert!(report.is_clean(), "{report}");
    decodes(&service, "video").await;
    decodes(&service, "audio").await;
    publisher.abort();
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hevc_with_reordered_pictures_and_opus_play() {
    let x265 = ["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params"];
    let x265 = [&x265[..], &["keyint=30:open-gop=0:bframes=2:b-adapt=0:log-level=error"]].concat();
    let (hevc, opus) = tokio::join!(video(VideoCodec::Hevc, &x265, *b"hvcC"), opus());
    plays([hevc, opus].concat(), ["hvc1.1.6.L", ",opus\""]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn av1_and_opus_play() {
    let av1 = ["-c:v", "libsvtav1", "-preset", "12", "-g", "30"];
    let (av1, opus) = tokio::join!(video(VideoCodec::Av1, &av1, *b"av1C"), opus());
    plays([av1, opus].concat(), ["av01.0.", ",opus\""]).await;
}
