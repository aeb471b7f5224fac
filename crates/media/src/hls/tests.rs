//! The packager on made-up frames and a made-up clock.

use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;

mod rungs;

use super::{
    AUDIO, Changes, Packager, Settings, Snapshot, VIDEO,
    reload::{Decision, Directives, decide},
};
use crate::{CodecConfig, Frame, aac::AudioConfig, h264::AvcConfig};

/// 2026-11-22 00:00 UTC.
const START: i64 = 1_795_305_600_000_000;

/// An encoder with an exact clock, seen through RTMP's milliseconds.
struct Encoder {
    packager: Packager,
    video: Arc<CodecConfig>,
    audio: Arc<CodecConfig>,
    session: u64,
    /// What the wall clock reads at the encoder's time zero, microseconds since [`START`].
    wall: i64,
    newest: [Option<Arc<Snapshot>>; 2],
    rung: Option<Arc<Snapshot>>,
    multivariant: String,
    restarts: u32,
}

impl Encoder {
    fn new(settings: Settings) -> Self {
        // Baseline 320x180 without VUI, as x264 writes it.
        let avcc = b"\x01\x42\xc0\x0d\xff\xe1\x00\x0b\x67\x42\xc0\x0d\xd9\x01\x41\x9f\x9f\x01\x10\x01\x00\x04\x68\xca\x83\xcb";
        let video = AvcConfig::parse(Bytes::from_static(avcc)).unwrap();
        let audio = AudioConfig::parse(Bytes::from_static(&[0x11, 0x90])).unwrap();
        Self {
            packager: Packager::new(settings),
            video: Arc::new(CodecConfig::H264(video)),
            audio: Arc::new(CodecConfig::Aac(audio)),
            session: 1,
            wall: 0,
            newest: [None, None],
            rung: None,
            multivariant: String::new(),
            restarts: 0,
        }
    }

    fn picture(&mut self, milliseconds: i64, keyframe: bool) {
        let ticks = milliseconds * 90;
        self.picture_at(ticks, ticks, keyframe);
    }

    fn picture_at(&mut self, dts: i64, pts: i64, keyframe: bool) {
        let data = Bytes::from(vec![0; 500]);
        let frame = Arc::new(Frame { dts, pts, keyframe, data });
        let arrived = START + self.wall + dts * 100 / 9;
        self.packager.push(&frame, &self.video.clone(), self.session, arrived);
        self.collect();
    }

    fn sound(&mut self, index: i64) {
        let milliseconds = index * 1_024 / 48;
        let ticks = milliseconds * 48;
        let frame = Arc::new(Frame {
            dts: ticks,
            pts: ticks,
            keyframe: true,
            data: Bytes::from(vec![0; 100]),
        });
        let arrived = START + self.wall + milliseconds * 1_000;
        self.packager.push(&frame, &self.audio.clone(), self.session, arrived);
        self.collect();
    }

    /// `seconds` of pictures at `rate` with a keyframe every `gop` of them, from time `from`.
    fn pictures(&mut self, from: i64, seconds: i64, rate: i64, gop: i64) {
        for n in 0..seconds * rate {
            self.picture(from * 1_000 + n * 1_000 / rate, n % gop == 0);
        }
    }

    /// Pictures at 30 fps and sound together, in the order they would arrive.
    fn programme(&mut self, from: i64, seconds: i64) {
        let mut sound = (from * 48_000 + 1_023) / 1_024;
        for n in 0..seconds * 30 {
            let milliseconds = from * 1_000 + n * 1_000 / 30;
            while sound * 1_024 / 48 <= milliseconds {
                self.sound(sound);
                sound += 1;
            }
            self.picture(milliseconds, n % 30 == 0);
        }
    }

    fn collect(&mut self) {
        let Changes { multivariant, renditions, restarted } = self.packager.take_changes();
        if restarted {
            self.restarts += 1;
            self.newest = [None, None];
            self.rung = None;
        }
        if let Some(text) = multivariant {
            self.multivariant = String::from_utf8(text.plain.to_vec()).unwrap();
        }
        for snapshot in renditions {
            match &*snapshot.name {
                VIDEO => self.newest[0] = Some(snapshot),
                AUDIO => self.newest[1] = Some(snapshot),
                _ => self.rung = Some(snapshot),
            }
        }
    }

    fn video(&self) -> &Snapshot {
        self.newest[0].as_deref().expect("a video rendition")
    }

    fn audio(&self) -> &Snapshot {
        self.newest[1].as_deref().expect("an audio rendition")
    }
}

fn text(snapshot: &Snapshot) -> String {
    String::from_utf8(snapshot.playlist.plain.to_vec()).unwrap()
}

#[test]
fn a_regular_source_gives_regular_parts_and_segments() {
    let mut encoder = Encoder::new(Settings::default());
    encoder.programme(0, 8);
    let video = encoder.video();
    assert_eq!(video.target_duration, 2);
    assert_eq!(video.part_target, 202_000);
    assert_eq!(video.segments.len(), 3);
    for segment in &video.segments {
        assert_eq!(segment.duration(), 180_000);
        assert_eq!(segment.parts.len(), 10);
        assert!(segment.parts.iter().all(|part| part.duration == 18_000));
        let independent: Vec<_> = segment.parts.iter().map(|part| part.independent).collect();
        assert_eq!(independent.iter().filter(|flag| **flag).count(), 2, "one second GOPs");
        assert!(independent[0] && independent[5]);
    }
    let audio = encoder.audio();
    assert_eq!(audio.segments[0].msn, video.segments[0].msn);
    assert!(audio.segments.iter().all(|segment| segment.duration().abs_diff(96_000) < 1_024));
    assert!(
        text(video).contains("FRAME-RATE") || encoder.multivariant.contains("FRAME-RATE=30.000")
    );
}

#[test]
fn a_part_is_out_as_soon_as_its_last_frame_is_in() {
    let mut encoder = Encoder::new(Settings::default());
    encoder.pictures(0, 4, 30, 30);
    // Frame 120 begins a segment; the part of six frames is complete with frame 125.
    for n in 120..125 {
        encoder.picture(n * 1_000 / 30, n == 120);
        assert_eq!(encoder.video().open.parts.len(), 0, "frame {n}");
    }
    encoder.picture(125 * 1_000 / 30, false);
    assert_eq!(encoder.video().open.parts.len(), 1);
}

#[test]
fn the_hinted_part_is_the_one_that_comes() {
    let mut encoder = Encoder::new(Settings::default());
    encoder.programme(0, 3);
    let mut hinted = [(0, 0), (0, 0)];
    let mut last = [None, None];
    let mut sound = 3 * 48_000 / 1_024 + 1;
    for n in 90..360_i64 {
        while sound * 1_024 / 48 <= n * 1_000 / 30 {
            encoder.sound(sound);
            sound += 1;
        }
        encoder.picture(n * 1_000 / 30, n % 30 == 0);
        for (slot, snapshot) in encoder.newest.iter().flatten().enumerate() {
            let newest = snapshot.last_part();
            if newest != last[slot] {
                assert!(last[slot].is_none() || newest == Some(hinted[slot]), "{newest:?}");
                last[slot] = newest;
            }
            hinted[slot] = snapshot.hint;
        }
    }
}

#[test]
fn a_pause_before_a_segment_is_part_of_the_one_before() {
    let mut encoder = Encoder::new(Settings::default());
    // A file of 52 pictures, looped: the sound is 32 ms longer, so the picture waits for it.
    for turn in 0..5 {
        for n in 0..52 {
            encoder.picture(turn * 2_112 + n * 40, n == 0);
        }
    }
    let video = encoder.video();
    for pair in video.segments.windows(2) {
        let apart = pair[1].program_date_time - pair[0].program_date_time;
        assert_eq!(apart, 2_112_000);
        assert_eq!(pair[0].duration(), 2_112 * 90);
    }
}

#[test]
fn nothing_is_out_before_the_keyframe_distance_is_known() {
    let mut encoder = Encoder::new(Settings::default());
    for n in 0..75 {
        encoder.picture(n * 40, n == 0);
    }
    assert!(encoder.newest[0].is_none());
    encoder.picture(3_000, true);
    assert_eq!(encoder.video().target_duration, 3);
    assert!(
        encoder
            .multivariant
            .contains("RESOLUTION=320x180,FRAME-RATE=25.000,VIDEO-RANGE=SDR\nvideo.m3u8")
    );
}

#[test]
fn keyframes_too_far_apart_are_not_waited_for() {
    let settings = Settings { max_gop: 4_000_000, ..Settings::default() };
    let mut encoder = Encoder::new(settings);
    for n in 0..300 {
        encoder.picture(n * 40, n == 0);
    }
    let video = encoder.video();
    assert_eq!(video.target_duration, 4);
    assert!(video.segments.len() >= 2);
    assert!(video.segments.iter().all(|segment| segment.duration() <= 4 * 90_000 + 45_000));
    assert!(!video.segments[1].parts[0].independent);
    assert!(!text(video).contains("INDEPENDENT-SEGMENTS"));
}

#[test]
fn b_frames_shift_presentation_not_decoding() {
    let mut encoder = Encoder::new(Settings::default());
    for n in 0..150_i64 {
        // I B P B P …: decode order differs, the first picture is shown two frames late.
        let shown = if n % 25 == 0 {
            n + 1
        } else if n % 2 == 1 {
            n + 2
        } else {
            n
        };
        encoder.picture_at(n * 3_600, shown * 3_600, n % 25 == 0);
    }
    let video = encoder.video();
    assert_eq!(video.segments[0].duration(), 180_000);
    // Learning anchors the clock on decode times; what is shown first is one frame later.
    assert_eq!(video.segments[0].program_date_time, START + 40_000);
}

#[test]
fn a_publisher_that_comes_back_continues_the_playlist_with_a_discontinuity() {
    let mut encoder = Encoder::new(Settings::default());
    encoder.programme(0, 6);
    encoder.packager.interrupt();
    encoder.collect();
    let before = (encoder.video().open.msn, encoder.audio().open.msn);
    assert!(encoder.video().open.is_empty());

    // Five seconds later the encoder is back with a clock that starts anew.
    encoder.session = 2;
    encoder.wall = 11_000_000;
    encoder.programme(0, 5);
    assert_eq!(encoder.restarts, 1, "only the first start");
    for (snapshot, msn) in [(encoder.video(), before.0), (encoder.audio(), before.1)] {
        let first = snapshot.segment(msn).unwrap();
        assert!(first.discontinuity);
        assert_eq!(first.init, 1, "the same encoder settings need no new header");
        let gap = first.program_date_time - (START + 11_000_000);
        assert!((0..50_000).contains(&gap), "placed by the wall clock, {gap} µs off");
        assert_eq!(text(snapshot).matches("#EXT-X-DISCONTINUITY\n").count(), 1);
    }
}

#[test]
fn a_changed_header_starts_a_new_initialization_segment_in_both_renditions() {
    let mut encoder = Encoder::new(Settings::default());
    encoder.programme(0, 4);
    let other = b"\x01\x42\xc0\x1e\xff\xe1\x00\x0b\x67\x42\xc0\x1e\xd9\x01\x41\x9f\x9f\x01\x10\x01\x00\x04\x68\xca\x83\xcb";
    let config = AvcConfig::parse(Bytes::from_static(other)).unwrap();
    encoder.video = Arc::new(CodecConfig::H264(config));
    encoder.programme(4, 4);
    assert!(
        text(encoder.video()).contains("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"video/init-2.mp4\"")
    );
    assert_eq!(text(encoder.audio()).matches("#EXT-X-DISCONTINUITY\n").count(), 1);
    assert_eq!(encoder.restarts, 1);
}

#[test]
fn sound_alone_plays() {
    let mut encoder = Encoder::new(Settings::default());
    for index in 0..400 {
        encoder.sound(index);
    }
    assert!(encoder.newest[0].is_none());
    assert!(encoder.audio().segments.len() >= 3);
    assert!(encoder.multivariant.ends_with("CODECS=\"mp4a.40.2\"\naudio.m3u8\n"));
}

#[test]
fn a_track_that_falls_silent_does_not_stop_the_other() {
    let mut encoder = Encoder::new(Settings::default());
    encoder.programme(0, 4);
    encoder.pictures(4, 12, 30, 30);
    assert_eq!(encoder.restarts, 2);
    assert!(!encoder.multivariant.contains("AUDIO"));
    assert!(encoder.video().last_part().is_some());
}

#[test]
fn a_clock_that_jumps_is_a_discontinuity() {
    for jump in [3_600, -3] {
        let mut encoder = Encoder::new(Settings::default());
        encoder.programme(10, 4);
        encoder.wall = -jump * 1_000_000;
        encoder.programme(14 + jump, 4);
        let playlist = text(encoder.video());
        assert_eq!(playlist.matches("#EXT-X-DISCONTINUITY\n").count(), 1, "{jump}: {playlist}");
        assert_eq!(encoder.restarts, 1);
    }
}

#[test]
fn an_ended_stream_says_so() {
    let mut encoder = Encoder::new(Settings::default());
    encoder.programme(0, 5);
    encoder.packager.end();
    encoder.collect();
    for snapshot in [encoder.video(), encoder.audio()] {
        assert!(snapshot.ended);
        let playlist = text(snapshot);
        assert!(playlist.ends_with("#EXT-X-ENDLIST\n"), "{playlist}");
        assert!(!playlist.contains("PRELOAD-HINT"));
    }
}

#[test]
fn memory_and_playlists_stay_bounded() {
    let mut encoder = Encoder::new(Settings { max_bytes: 200_000, ..Settings::default() });
    encoder.programme(0, 100);
    let video = encoder.video();
    let kept: usize = video.segments.iter().map(|segment| segment.len()).sum();
    assert!(kept < 300_000, "{kept}");
    assert!(text(video).len() < 8_000);

    let mut roomy = Encoder::new(Settings::default());
    roomy.programme(0, 100);
    let listed = text(roomy.video()).matches("#EXTINF").count();
    assert_eq!(listed, 15, "half a minute of two-second segments");
    assert!(roomy.video().segments.len() <= 31, "delisted ones stay for as long again");
    assert!(roomy.video().delta.plain.len() < roomy.video().playlist.plain.len());
}

#[test]
fn blocking_reload_follows_the_draft() {
    let mut encoder = Encoder::new(Settings::default());
    encoder.pictures(0, 5, 30, 30);
    let video = encoder.video();
    let (open, written) = (video.open.msn, video.open.parts.len() as u64);
    assert_eq!(written, 5);
    let ask = |msn, part| decide(video, Directives { msn, part });
    assert_eq!(ask(None, None), Decision::Ready);
    assert_eq!(ask(Some(open - 1), None), Decision::Ready);
    assert_eq!(ask(Some(open), None), Decision::Wait);
    assert_eq!(ask(Some(open), Some(written - 1)), Decision::Ready);
    assert_eq!(ask(Some(open), Some(written)), Decision::Wait);
    assert_eq!(
        ask(Some(open - 1), Some(99)),
        Decision::Ready,
        "rolls over to a part that is there"
    );
    assert_eq!(ask(Some(open + 1), Some(0)), Decision::Wait);
    assert_eq!(ask(Some(open + 2), None), Decision::Wait);
    for refused in [
        ask(None, Some(0)),
        ask(Some(open + 3), None),
        ask(Some(open), Some(written + 15)),
        ask(Some(u64::MAX), Some(u64::MAX)),
    ] {
        assert!(matches!(refused, Decision::BadRequest(_)), "{refused:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever times a publisher sends, time only moves forward in what viewers get.
    #[test]
    fn media_time_is_monotonic(
        frames in proptest::collection::vec((any::<bool>(), any::<bool>(), -50_i64..400), 1..300),
    ) {
        let mut encoder = Encoder::new(Settings { max_gop: 2_000_000, ..Settings::default() });
        let mut clock = 0_i64;
        for (is_video, keyframe, delta) in frames {
            clock = (clock + delta).max(0);
            if is_video { encoder.picture(clock, keyframe) } else { encoder.sound(clock * 48 / 1_024) }
        }
        for snapshot in encoder.newest.iter().flatten() {
            let starts: Vec<i64> =
                snapshot.segments.iter().map(|segment| segment.program_date_time).collect();
            prop_assert!(starts.windows(2).all(|pair| pair[0] < pair[1]), "{starts:?}");
            let numbers: Vec<u64> = snapshot.segments.iter().map(|segment| segment.msn).collect();
            prop_assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]));
            let longest = snapshot.part_target * u64::from(snapshot.timescale) / 1_000_000;
            prop_assert!(snapshot.segments.iter().flat_map(|s| &s.parts).all(|p| p.duration <= longest));
        }
    }
}
