//! DASH: the manifest, held against the media that it points to, and segments that are fetched while
//! they are written.

use std::time::{Duration, Instant};

use mp4_atom::{Any, Decode as _};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::time::timeout;

use crate::{
    encoder::{Source, publish},
    service::TestService,
};

/// The value of an attribute where it first stands.
fn value<'a>(manifest: &'a str, attribute: &str) -> &'a str {
    let rest = manifest.split(&format!(" {attribute}=\"")).nth(1).expect("the attribute");
    rest.split('"').next().unwrap()
}

/// Start and length in ticks of each segment that a representation lists.
fn timeline(representation: &str) -> Vec<(u64, u64)> {
    let mut segments = Vec::new();
    for run in representation.lines().filter(|line| line.starts_with("<S ")) {
        let number = |name| value(run, name).parse::<u64>().unwrap();
        let (start, length) = (number("t"), number("d"));
        let repeated = if run.contains(" r=") { number("r") } else { 0 };
        segments.extend((0..=repeated).map(|n| (start + n * length, length)));
    }
    segments
}

/// When the first frame of a segment is shown, and how long all frames last, in ticks.
fn shown(segment: &[u8]) -> (u64, u64) {
    let (mut rest, mut start, mut length) = (segment, None, 0);
    while !rest.is_empty() {
        let Any::Moof(moof) = Any::decode(&mut rest).unwrap() else { continue };
        let traf = &moof.traf[0];
        let decoded = traf.tfdt.as_ref().unwrap().base_media_decode_time;
        for sample in traf.trun.iter().flat_map(|run| &run.samples) {
            let offset = sample.cts.unwrap_or(0);
            start = start.or(decoded.checked_add_signed(offset));
            length += u64::from(sample.duration.or(traf.tfhd.default_sample_duration).unwrap());
        }
    }
    (start.unwrap(), length)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_manifest_says_what_the_segments_are() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let _encoder = publish(Source { b_frames: 2, ..Source::default() }, &url);
    service.until_state("demo", "live").await;
    let stream = service.json("/api/v1/streams/demo").await;
    let path = stream["playback"]["dash"].as_str().unwrap();
    let response = service.get(path).await;
    assert_eq!(response.headers()["content-type"], "application/dash+xml");
    assert_eq!(response.headers()["access-control-allow-origin"], "*");

    let clock = service.text("/live/demo/time").await;
    let told = OffsetDateTime::parse(&clock, &Rfc3339).unwrap();
    assert!((OffsetDateTime::now_utc() - told).abs() < Duration::from_secs(2), "{clock}");

    tokio::time::sleep(Duration::from_secs(5)).await;
    let manifest = service.text(path).await;
    let representations: Vec<&str> = manifest.split("<Representation ").skip(1).collect();
    assert_eq!(representations.len(), 2, "{manifest}");
    for representation in representations {
        let listed = timeline(representation);
        let number: u64 = value(representation, "startNumber").parse().unwrap();
        let media = value(representation, "media");
        assert!(listed.len() >= 3, "{manifest}");
        // The last one is being written, and its length a guess.
        let complete = (number..).zip(&listed[..listed.len() - 1]);
        for (number, &(start, length)) in complete {
            let name = media.replace("$Number$", &number.to_string());
            let bytes = service.get(&format!("/live/demo/{name}")).await.bytes().await.unwrap();
            assert_eq!(shown(&bytes), (start, length), "{name} of {manifest}");
        }
        let ends = listed.iter().map(|(start, length)| start + length);
        assert!(ends.zip(&listed[1..]).all(|(end, (start, _))| end == *start), "{manifest}");
        let init = value(representation, "initialization");
        assert_eq!(service.get(&format!("/live/demo/{init}")).await.status(), 200);
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_segment_being_written_comes_as_it_grows() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let _encoder = publish(Source { gop: 60, ..Source::default() }, &url);
    service.until_state("demo", "live").await;
    let manifest = service.text("/live/demo/manifest.mpd").await;
    let first: u64 = value(&manifest, "startNumber").parse().unwrap();
    let playlist = service.text("/live/demo/video.m3u8").await;
    let hint = playlist.split("TYPE=PART,URI=\"video/").nth(1).unwrap();
    let open: u64 = hint.split('.').next().unwrap().parse().unwrap();
    assert!(open >= first, "{manifest}");

    // One that has not begun is waited for, and then takes about as long as it lasts.
    let mut growing = service.get(&format!("/live/demo/video/{}.m4s", open + 1)).await;
    assert_eq!(growing.status(), 200);
    let begun = Instant::now();
    let (mut chunks, mut bytes) = (0, Vec::new());
    let all = timeout(Duration::from_secs(10), async {
        while let Some(chunk) = growing.chunk().await.unwrap() {
            chunks += 1;
            bytes.extend_from_slice(&chunk);
        }
    });
    all.await.expect("a segment of two seconds ends");
    let took = begun.elapsed();
    assert!(took > Duration::from_secs(1) && chunks >= 5, "{chunks} chunks in {took:?}");
    let whole = service.get(&format!("/live/demo/video/{}.m4s", open + 1)).await;
    assert_eq!(whole.bytes().await.unwrap(), bytes, "the same bytes for who comes later");

    for beyond in [open + 50, first - 1] {
        let response = service.get(&format!("/live/demo/video/{beyond}.m4s")).await;
        assert_eq!(response.status(), 404);
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_stays_unfinished_has_no_end() {
    let config = streamcore::Config { reconnect_seconds: 60, ..streamcore::Config::default() };
    let service = TestService::start_with(config).await;
    let url = service.register("demo").await;
    let mut encoder = publish(Source { gop: 60, ..Source::default() }, &url);
    service.until_state("demo", "live").await;
    encoder.kill().await.unwrap();
    service.until_state("demo", "interrupted").await;
    // What was open is closed, and what would come next does not come.
    let playlist = service.text("/live/demo/video.m3u8").await;
    let hint = playlist.split("TYPE=PART,URI=\"video/").nth(1).unwrap();
    let next: u64 = hint.split('.').next().unwrap().parse().unwrap();
    let whole = service.get(&format!("/live/demo/video/{}.m4s", next - 1)).await;
    assert_eq!(whole.status(), 200);
    assert!(!whole.bytes().await.unwrap().is_empty());
    let response = service.get(&format!("/live/demo/video/{next}.m4s")).await;
    assert_eq!(response.status(), 503);
    service.stop().await;
}
