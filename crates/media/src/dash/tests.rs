//! Manifests of made-up streams, read by a parser that is not ours.

use std::sync::Arc;

use bytes::Bytes;

use super::{Settings, manifest};
use crate::{
    CodecConfig, Frame,
    aac::AudioConfig,
    h264::AvcConfig,
    hls::{self, Packager, Snapshot},
};

/// 2026-11-22 00:00 UTC.
const START: i64 = 1_795_305_600_000_000;

struct Encoder {
    packager: Packager,
    video: Arc<CodecConfig>,
    audio: Arc<CodecConfig>,
    newest: Vec<Arc<Snapshot>>,
}

impl Encoder {
    fn new() -> Self {
        // Baseline 320x180 without VUI, as x264 writes it.
        let avcc = b"\x01\x42\xc0\x0d\xff\xe1\x00\x0b\x67\x42\xc0\x0d\xd9\x01\x41\x9f\x9f\x01\x10\x01\x00\x04\x68\xca\x83\xcb";
        let video = AvcConfig::parse(Bytes::from_static(avcc)).unwrap();
        let audio = AudioConfig::parse(Bytes::from_static(&[0x11, 0x90])).unwrap();
        Self {
            packager: Packager::new(hls::Settings::default()),
            video: Arc::new(CodecConfig::H264(video)),
            audio: Arc::new(CodecConfig::Aac(audio)),
            newest: Vec::new(),
        }
    }

    /// `seconds` at 25 pictures a second, with a keyframe each second, from the encoder's time zero,
    /// which is `wall` seconds after [`START`].
    fn publish(&mut self, session: u64, wall: i64, seconds: i64) {
        let mut sounds = 0;
        for n in 0..seconds * 25 {
            self.frame(session, wall, n * 3_600, n % 25 == 0, true);
            while sounds * 1_024 * 25 < n * 48_000 {
                self.frame(session, wall, sounds * 1_024, true, false);
                sounds += 1;
            }
        }
    }

    fn frame(&mut self, session: u64, wall: i64, dts: i64, keyframe: bool, picture: bool) {
        let config = if picture { self.video.clone() } else { self.audio.clone() };
        let frame = Frame { dts, pts: dts, keyframe, data: Bytes::from_static(&[7; 400]) };
        let time = dts * 1_000_000 / i64::from(config.timescale());
        let arrived = START + wall * 1_000_000 + time;
        self.packager.push(&Arc::new(frame), &config, session, arrived);
        self.collect();
    }

    fn collect(&mut self) {
        for snapshot in self.packager.take_changes().renditions {
            self.newest.retain(|old| old.name != snapshot.name);
            self.newest.push(snapshot);
        }
        self.newest.sort_by_key(|snapshot| *snapshot.name != *hls::VIDEO);
    }

    fn manifest(&self) -> String {
        manifest(&self.newest, &Settings::default()).unwrap()
    }
}

/// Values of an attribute in the order of the document.
fn values<'a>(manifest: &'a str, element: &str, attribute: &str) -> Vec<&'a str> {
    let opens = format!("<{element} ");
    let names = format!(" {attribute}=\"");
    let elements = manifest.lines().filter(|line| line.starts_with(&opens));
    elements.filter_map(|line| line.split(&names).nth(1)?.split('"').next()).collect()
}

#[test]
fn lists_what_hls_lists_and_the_segment_being_written() {
    let mut encoder = Encoder::new();
    assert_eq!(manifest(&[], &Settings::default()), None);
    encoder.publish(1, 0, 9);
    let text = encoder.manifest();
    // Media time zero is ten seconds before the first picture.
    assert_eq!(values(&text, "MPD", "availabilityStartTime"), ["2026-11-21T23:59:50.000000Z"]);
    assert_eq!(values(&text, "MPD", "minimumUpdatePeriod"), ["PT0.5S"]);
    assert_eq!(values(&text, "Period", "start"), ["PT10S"]);
    assert_eq!(values(&text, "AdaptationSet", "contentType"), ["video", "audio"]);
    assert_eq!(values(&text, "Representation", "codecs"), ["avc1.42c00d", "mp4a.40.2"]);
    assert_eq!(values(&text, "Representation", "frameRate"), ["25/1"]);
    assert_eq!(values(&text, "SegmentTemplate", "presentationTimeOffset"), ["900000", "480000"]);
    assert_eq!(values(&text, "SegmentTemplate", "media")[0], "video/$Number$.m4s");
    let video = &encoder.newest[0];
    let first = video.segments[0].msn.to_string();
    assert_eq!(values(&text, "SegmentTemplate", "startNumber")[0], first);
    // Four segments of two seconds, and the one that has begun.
    assert_eq!((values(&text, "S", "t")[0], values(&text, "S", "d")[0]), ("900000", "180000"));
    assert_eq!(values(&text, "S", "r")[0], "4");
    assert_eq!(values(&text, "SegmentTemplate", "availabilityTimeOffset")[0], "1.798");
}

#[test]
fn an_encoder_that_comes_back_begins_a_period() {
    let mut encoder = Encoder::new();
    encoder.publish(1, 0, 9);
    encoder.packager.interrupt();
    encoder.collect();
    encoder.publish(2, 20, 7);
    let text = encoder.manifest();
    assert_eq!(values(&text, "Period", "start"), ["PT10S", "PT30S"]);
    assert_eq!(values(&text, "Period", "duration"), ["PT9S"], "a hole before the next");
    let ids = values(&text, "Period", "id");
    assert_eq!(ids[0].parse::<u64>().unwrap() + 1, ids[1].parse::<u64>().unwrap());
    assert_eq!(values(&text, "SegmentTemplate", "presentationTimeOffset")[2], "2700000");
    // A period keeps its start when its first segments leave the window.
    encoder.publish(3, 40, 60);
    let later = encoder.manifest();
    assert_eq!(values(&later, "Period", "start"), ["PT50S"]);
    assert!(values(&later, "S", "t")[0] > "4500000", "{later}");
}

#[test]
fn an_ended_stream_says_how_long_it_was() {
    let mut encoder = Encoder::new();
    encoder.publish(1, 0, 9);
    encoder.packager.end();
    encoder.collect();
    let text = encoder.manifest();
    assert!(values(&text, "MPD", "minimumUpdatePeriod").is_empty());
    assert_eq!(values(&text, "MPD", "mediaPresentationDuration"), ["PT19S"]);
    assert!(values(&text, "SegmentTemplate", "availabilityTimeOffset").is_empty());
}
