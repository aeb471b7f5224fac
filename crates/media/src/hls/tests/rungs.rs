//! Smaller versions of the picture.

use super::*;
use crate::hls::Rung;

const NAME: &str = "90p";

/// An encoder that a second one makes a smaller picture of.
struct Ladder {
    encoder: Encoder,
    small: Arc<CodecConfig>,
}

impl Ladder {
    fn new() -> Self {
        let mut encoder = Encoder::new(Settings::default());
        let small = encoder.video.clone();
        encoder.packager.offer(vec![Rung {
            name: NAME.into(),
            width: 160,
            height: 90,
            bitrate: 100_000,
            peak: 120_000,
            codec: "avc1.42c00d".into(),
        }]);
        Self { encoder, small }
    }

    fn version(&mut self, n: i64, keyframe: bool) {
        let ticks = n * 1_000 / 30 * 90;
        let frame = Frame { dts: ticks, pts: ticks, keyframe, data: Bytes::from(vec![0; 50]) };
        let session = self.encoder.session;
        self.encoder.packager.push_rung(NAME, &Arc::new(frame), &self.small, session);
        self.encoder.collect();
    }

    /// Pictures `from..to` at 30 fps with a keyframe a second, each version `late` pictures after.
    fn run(&mut self, from: i64, to: i64, late: i64) {
        for n in from..to {
            self.encoder.picture(n * 1_000 / 30, n % 30 == 0);
            if n >= from + late {
                self.version(n - late, (n - late) % 30 == 0);
            }
        }
        for n in to - late..to {
            self.version(n, n % 30 == 0);
        }
    }

    fn rung(&self) -> &Snapshot {
        self.encoder.rung.as_deref().expect("a version of the picture")
    }
}

#[test]
fn segments_are_those_of_the_source() {
    let mut ladder = Ladder::new();
    ladder.run(0, 400, 3);
    let (source, rung) = (ladder.encoder.video(), ladder.rung());
    assert!(rung.segments.len() >= 4);
    for segment in rung.segments.iter().chain([&rung.open]) {
        let same = source.segment(segment.msn).expect("a segment of the source");
        assert_eq!(segment.start, same.start);
        assert_eq!(segment.program_date_time, same.program_date_time);
        if segment.msn != rung.open.msn {
            assert_eq!(segment.duration(), same.duration());
            assert_eq!(segment.parts.len(), same.parts.len());
        }
    }
    assert!(text(rung).contains("RENDITION-REPORT:URI=\"video.m3u8\""), "{}", text(rung));
    assert!(text(source).contains("RENDITION-REPORT:URI=\"90p.m3u8\""), "{}", text(source));
    assert!(text(rung).contains("90p/init-1.mp4"));
}

#[test]
fn what_is_offered_is_listed_before_it_is_made() {
    let mut ladder = Ladder::new();
    ladder.encoder.programme(0, 4);
    let list = &ladder.encoder.multivariant;
    let rung =
        list.find("RESOLUTION=160x90,FRAME-RATE=30.000,VIDEO-RANGE=SDR,AUDIO=\"audio\"\n90p.m3u8");
    let source = list.find("video.m3u8");
    assert!(source.is_some() && source < rung, "{list}");
    assert!(list.contains("CODECS=\"avc1.42c00d,mp4a.40.2\""), "{list}");
    assert!(ladder.encoder.rung.is_none());
}

#[test]
fn it_begins_with_a_segment() {
    let mut ladder = Ladder::new();
    // Segments of two seconds begin with even seconds.
    ladder.encoder.pictures(0, 5, 30, 30);
    ladder.run(150, 330, 2);
    let (source, rung) = (ladder.encoder.video(), ladder.rung());
    let first = rung.segments.first().expect("a segment");
    assert_eq!(first.start, source.segment(first.msn).unwrap().start);
    assert!(first.parts[0].independent);
    assert_eq!((first.start - source.segments[0].start) % 180_000, 0);
}

#[test]
fn what_did_not_come_is_a_gap() {
    let mut ladder = Ladder::new();
    ladder.run(0, 310, 0);
    ladder.encoder.packager.pause_rung(NAME);
    for n in 310..500 {
        ladder.encoder.picture(n * 1_000 / 30, n % 30 == 0);
    }
    ladder.run(500, 700, 0);
    let (source, rung) = (ladder.encoder.video(), ladder.rung());
    let gaps: Vec<u64> = rung.segments.iter().filter(|s| s.is_gap()).map(|s| s.msn).collect();
    // Torn at 10.3 s; back with the segment that begins at 18 s.
    assert_eq!(gaps.len(), 4);
    for segment in &rung.segments {
        let same = source.segment(segment.msn).unwrap();
        assert_eq!((segment.start, segment.duration()), (same.start, same.duration()));
    }
    let numbers: Vec<u64> = rung.segments.iter().map(|segment| segment.msn).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    let playlist = text(rung);
    assert_eq!(playlist.matches("#EXT-X-GAP\n").count(), 4, "{playlist}");
    assert!(!playlist.contains("DISCONTINUITY\n"), "{playlist}");
    assert!(ladder.encoder.video().segments.iter().all(|segment| !segment.is_gap()));
}

#[test]
fn after_a_long_pause_nothing_old_is_listed() {
    let mut ladder = Ladder::new();
    ladder.run(0, 300, 0);
    ladder.encoder.packager.pause_rung(NAME);
    for n in 300..4_000 {
        ladder.encoder.picture(n * 1_000 / 30, n % 30 == 0);
    }
    ladder.run(4_000, 4_300, 0);
    let rung = ladder.rung();
    assert!(rung.segments.iter().all(|segment| !segment.is_gap()));
    let first = rung.segments.first().expect("a segment").msn;
    assert!(ladder.encoder.video().segment(first).is_some());
}

#[test]
fn a_source_that_comes_back_discontinues_its_versions_too() {
    let mut ladder = Ladder::new();
    ladder.run(0, 200, 2);
    ladder.encoder.packager.interrupt();
    ladder.encoder.collect();
    ladder.encoder.session = 2;
    ladder.encoder.wall = 12_000_000;
    ladder.run(0, 200, 2);
    let (source, rung) = (ladder.encoder.video(), ladder.rung());
    assert_eq!(text(rung).matches("#EXT-X-DISCONTINUITY\n").count(), 1);
    for segment in &rung.segments {
        let same = source.segment(segment.msn).unwrap();
        assert_eq!(segment.discontinuity, same.discontinuity);
        assert_eq!(segment.discontinuity_sequence, same.discontinuity_sequence);
        assert_eq!(segment.start, same.start);
    }
}

#[test]
fn versions_end_with_the_source() {
    let mut ladder = Ladder::new();
    ladder.run(0, 200, 2);
    ladder.encoder.packager.end();
    ladder.encoder.collect();
    assert!(ladder.rung().ended);
    assert!(text(ladder.rung()).ends_with("#EXT-X-ENDLIST\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Whatever is lost on the way, segments are numbered and timed like the source's.
    #[test]
    fn what_comes_keeps_the_time_of_the_source(
        lost in proptest::collection::vec(0_i64..600, 0..200),
        pauses in proptest::collection::vec(0_i64..600, 0..4),
    ) {
        let mut ladder = Ladder::new();
        for n in 0..600 {
            ladder.encoder.picture(n * 1_000 / 30, n % 45 == 0);
            if pauses.contains(&n) {
                ladder.encoder.packager.pause_rung(NAME);
            }
            if !lost.contains(&n) {
                ladder.version(n, n % 45 == 0);
            }
        }
        let Some(rung) = &ladder.encoder.rung else { return Ok(()) };
        let longest = rung.part_target * u64::from(rung.timescale) / 1_000_000;
        for segment in &rung.segments {
            let same = ladder.encoder.video().segment(segment.msn).unwrap();
            prop_assert_eq!(segment.program_date_time, same.program_date_time);
            prop_assert!(segment.parts.iter().all(|part| part.duration <= longest));
        }
        let numbers: Vec<u64> = rung.segments.iter().map(|segment| segment.msn).collect();
        prop_assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]));
    }
}
