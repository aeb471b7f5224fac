//! The proof of the checker: every rule stays silent on a good stream and fires on one that was
//! doctored to break it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    time::{Duration, Instant},
};

use bytes::Bytes;
use media::{
    CodecConfig,
    aac::AudioConfig,
    cmaf::{Sample, fragment, init_segment},
    h264::AvcConfig,
};

use super::{
    delivery::{self, Asked},
    delta,
    fetch::Answer,
    finding::{Finding, Rule},
    media::{
        Init, check_part, check_parts_make, check_timeline, check_zero_date, decode,
        read_fragments, read_init, zero_date,
    },
    multivariant,
    playlist::{self, Part, Playlist, RenditionReport},
    probes, progress, standing,
};

/// A good playlist: segments of 2 s in parts of 0.5 s, from `first` to `last` complete, then
/// `open` parts of the next.
fn good(first: u64, last: u64, open: usize) -> String {
    let mut out = String::from(
        "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:2\n\
         #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.0,PART-HOLD-BACK=1.5,HOLD-BACK=6\n\
         #EXT-X-PART-INF:PART-TARGET=0.5\n",
    );
    let _ = write!(out, "#EXT-X-MEDIA-SEQUENCE:{first}\n#EXT-X-DISCONTINUITY-SEQUENCE:3\n");
    out.push_str("#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=\"video/init-1.mp4\"\n");
    for msn in first..=last + 1 {
        let parts = if msn > last { open } else { 4 };
        if parts > 0 {
            out.push_str(&segment(msn, msn + 2 >= last, parts, msn <= last));
        }
    }
    let hint = if open == 4 { (last + 2, 0) } else { (last + 1, open) };
    let _ = writeln!(out, "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"video/{}.{}.m4s\"", hint.0, hint.1);
    out.push_str("#EXT-X-RENDITION-REPORT:URI=\"audio.m3u8\",LAST-MSN=9,LAST-PART=1\n");
    out
}

fn segment(msn: u64, with_parts: bool, parts: usize, complete: bool) -> String {
    let mut out = String::new();
    let seconds = msn * 2;
    let (minute, second) = (seconds / 60, seconds % 60);
    let _ = writeln!(out, "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T18:{minute:02}:{second:02}.000Z");
    for part in 0..parts.min(if with_parts { 4 } else { 0 }) {
        let independent = if part == 0 { ",INDEPENDENT=YES" } else { "" };
        let uri = format!("video/{msn}.{part}.m4s");
        let _ = writeln!(out, "#EXT-X-PART:DURATION=0.500000,URI=\"{uri}\"{independent}");
    }
    if complete {
        let _ = write!(out, "#EXTINF:2.000000,\nvideo/{msn}.m4s\n");
    }
    out
}

/// Replaces and insists that there was something to replace.
fn doctor(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in\n{text}");
    text.replacen(from, to, 1)
}

fn read(text: &str) -> Playlist {
    playlist::parse(text).0
}

fn standing(text: &str) -> Vec<Finding> {
    let (list, mut findings) = playlist::parse(text);
    findings.extend(standing::check(&list, &["audio.m3u8".to_owned()]));
    findings
}

fn rules(findings: &[Finding]) -> BTreeSet<Rule> {
    findings.iter().map(|finding| finding.rule).collect()
}

/// A rule and findings that must contain it.
type Case = (Rule, Vec<Finding>);

fn standing_cases() -> Vec<Case> {
    let text = good(10, 14, 2);
    let of = |rule, from: &str, to: &str| (rule, standing(&doctor(&text, from, to)));
    let part = "#EXT-X-PART:DURATION=0.500000,URI=\"video/14.1.m4s\"";
    let short = "#EXT-X-PART:DURATION=0.400000,URI=\"video/14.1.m4s\"";
    let far = segment(11, false, 0, true);
    let map = "#EXT-X-MAP:URI=\"video/init-1.mp4\"\n";
    vec![
        of(Rule::Grammar, "#EXTM3U\n", "#EXTM3U8\n"),
        of(Rule::Grammar, "TARGETDURATION:2", "TARGETDURATION:2.0"),
        of(Rule::Grammar, "#EXT-X-PART-INF", "#EXT-X-PARTINF"),
        of(Rule::Grammar, "CAN-BLOCK-RELOAD=YES", "CAN-BLOCK-RELOAD=yes"),
        of(Rule::Grammar, "URI=\"video/14.1.m4s\"", "URI=video/14.1.m4s"),
        of(Rule::Grammar, "2026-11-22T18:00:28.000Z", "2026-11-22 18:00:28"),
        (Rule::Grammar, standing(text.trim_end())),
        of(Rule::TagOrder, "#EXTINF:2.000000,\nvideo/14.m4s", "video/14.m4s"),
        of(Rule::TagOrder, part, &format!("#EXT-X-DISCONTINUITY\n{part}")),
        (Rule::TagOrder, standing(&format!("{text}#EXT-X-VERSION:9\n"))),
        (Rule::TagOrder, standing(&format!("{text}{part}\n"))),
        of(Rule::RequiredTag, "#EXT-X-TARGETDURATION:2\n", ""),
        of(Rule::RequiredTag, "#EXT-X-MEDIA-SEQUENCE:10\n", ""),
        of(Rule::RequiredTag, "#EXT-X-PART-INF:PART-TARGET=0.5\n", ""),
        of(Rule::DuplicateTag, "#EXT-X-VERSION:9\n", "#EXT-X-VERSION:9\n#EXT-X-VERSION:9\n"),
        of(Rule::Version, "VERSION:9", "VERSION:5"),
        of(Rule::TargetDuration, "#EXTINF:2.000000", "#EXTINF:2.500000"),
        of(Rule::PartTarget, part, &part.replace("0.500000", "0.500001")),
        of(Rule::PartTooShort, part, short),
        of(Rule::BlockReload, "CAN-BLOCK-RELOAD=YES,", ""),
        of(Rule::PartHoldBack, "PART-HOLD-BACK=1.5", "PART-HOLD-BACK=1.4"),
        of(Rule::PartHoldBack, "PART-HOLD-BACK=1.5,", ""),
        of(Rule::HoldBack, ",HOLD-BACK=6", ",HOLD-BACK=5.9"),
        of(Rule::SkipBoundary, "CAN-SKIP-UNTIL=12.0", "CAN-SKIP-UNTIL=11.9"),
        of(Rule::DateTimeMissing, "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T18:00:28.000Z\n", ""),
        of(Rule::DateTimeJump, "18:00:28.000Z", "18:00:27.997Z"),
        of(Rule::DateTimeJump, "18:00:28.000Z", "18:00:28.101Z"),
        of(Rule::PartsFarFromEdge, &far, &segment(11, true, 4, true)),
        of(Rule::PartsSum, part, &part.replace("0.500000", "0.490000")),
        of(
            Rule::PreloadHint,
            "TYPE=PART,URI=\"video/15.2.m4s\"",
            "TYPE=PART,URI=\"video/15.1.m4s\"",
        ),
        of(Rule::PreloadHint, "#EXT-X-PRELOAD-HINT:TYPE=PART", "#EXT-X-PRELOAD-HINT:TYPE=MAP"),
        of(Rule::IndependentFirstPart, "\"video/14.0.m4s\",INDEPENDENT=YES", "\"video/14.0.m4s\""),
        of(Rule::MapMissing, map, ""),
        of(Rule::RenditionReport, "URI=\"audio.m3u8\"", "URI=\"other.m3u8\""),
        of(Rule::RenditionReport, ",LAST-PART=1", ""),
    ]
}

fn progress_cases() -> Vec<Case> {
    let before = good(10, 14, 2);
    let after = good(11, 14, 3);
    let of = |rule, from: &str, to: &str| {
        (rule, progress::check(&read(&before), &read(&doctor(&after, from, to))))
    };
    let back = good(9, 14, 3);
    let behind = good(11, 14, 1);
    let short = good(13, 14, 3);
    vec![
        of(Rule::TargetDurationChanged, "TARGETDURATION:2", "TARGETDURATION:3"),
        of(Rule::TargetDurationChanged, "PART-TARGET=0.5", "PART-TARGET=0.6"),
        (Rule::MediaSequenceBack, progress::check(&read(&before), &read(&back))),
        of(Rule::DiscontinuitySequence, "DISCONTINUITY-SEQUENCE:3", "DISCONTINUITY-SEQUENCE:4"),
        of(Rule::ListedChanged, "video/13.m4s", "video/13-new.m4s"),
        of(Rule::ListedChanged, "video/15.1.m4s", "video/15.one.m4s"),
        of(Rule::ListedChanged, "18:00:26.000Z", "18:00:26.001Z"),
        of(Rule::ListedChanged, "init-1", "init-2"),
        (Rule::ListedChanged, progress::check(&read(&before), &read(&behind))),
        of(Rule::HintUnfulfilled, "URI=\"video/15.2.m4s\"", "URI=\"video/15.two.m4s\""),
        (Rule::WindowTooShort, progress::check(&read(&before), &read(&short))),
    ]
}

/// The delta update of `text` that stands for its first `skipped` segments.
fn delta_of(text: &str, skipped: usize) -> String {
    let map = "#EXT-X-MAP:URI=\"video/init-1.mp4\"\n";
    let mut out = doctor(text, map, &format!("#EXT-X-SKIP:SKIPPED-SEGMENTS={skipped}\n"));
    for _ in 0..skipped {
        let start = out.find("#EXT-X-PROGRAM").unwrap();
        let end = start + out[start..].find(".m4s\n").unwrap() + 5;
        out.replace_range(start..end, "");
    }
    out
}

fn delta_cases() -> Vec<Case> {
    let (known, full) = (read(&good(10, 20, 2)), read(&good(10, 20, 3)));
    let text = good(10, 20, 3);
    let check = |delta: &str| delta::check(&known, &read(delta), &full);
    assert_eq!(check(&delta_of(&text, 4)), [], "a good delta");
    let other = doctor(&delta_of(&text, 4), "video/17.m4s", "video/17-new.m4s");
    let old = doctor(&delta_of(&text, 4), "VERSION:9", "VERSION:8");
    let fewer = doctor(&delta_of(&text, 4), "SEGMENTS=4", "SEGMENTS=3");
    vec![
        (Rule::DeltaMissing, check(&text)),
        (Rule::DeltaSkipsRecent, check(&delta_of(&text, 7))),
        (Rule::DeltaDiffers, check(&other)),
        (Rule::DeltaDiffers, check(&fewer)),
        (Rule::Version, check(&old)),
    ]
}

fn answer(status: u16, body: &str) -> Answer {
    let headers = [
        ("content-type", "application/vnd.apple.mpegurl"),
        ("access-control-allow-origin", "*"),
        ("cache-control", "max-age=1"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Answer {
        url: "http://localhost/live/show/video.m3u8".to_owned(),
        status,
        headers: BTreeMap::from(headers),
        body: Bytes::copy_from_slice(body.as_bytes()),
        answered: Instant::now(),
    }
}

fn delivery_cases() -> Vec<Case> {
    let with = |name: &str, value: &str| {
        let mut answer = answer(200, "x");
        answer.headers.insert(name.to_owned(), value.to_owned());
        answer
    };
    let check = |answer: &Answer, asked| delivery::check(answer, asked, 2);
    assert_eq!(check(&answer(200, "x"), Asked::Playlist), []);
    assert_eq!(check(&answer(200, "x"), Asked::BlockingPlaylist), []);
    let (plain, other) = (answer(200, "x"), answer(200, "y"));
    let mut packed = with("content-encoding", "gzip");
    packed.body = Bytes::from_static(b"no gzip");
    let cached = |value, asked| check(&with("cache-control", value), asked);
    let same = |answer: &Answer| delivery::same_unpacked(&plain, answer).into_iter().collect();
    vec![
        (Rule::Unavailable, check(&answer(404, "x"), Asked::Media)),
        (Rule::ContentType, check(&with("content-type", "text/plain"), Asked::Playlist)),
        (Rule::ContentType, check(&answer(200, "x"), Asked::Media)),
        (
            Rule::Cors,
            check(&with("access-control-allow-origin", "https://a.example"), Asked::Media),
        ),
        (Rule::CacheControl, cached("max-age=60", Asked::Playlist)),
        (Rule::CacheControl, cached("", Asked::Playlist)),
        (Rule::CacheControl, cached("no-cache", Asked::BlockingPlaylist)),
        (Rule::CacheControl, cached("max-age=2", Asked::Media)),
        (
            Rule::SameBytes,
            delivery::same_bytes(&[plain.clone(), other.clone()]).into_iter().collect(),
        ),
        (Rule::GzipDiffers, same(&packed)),
        (Rule::GzipDiffers, same(&other)),
        (Rule::GzipDiffers, same(&plain)),
    ]
}

fn probe_cases() -> Vec<Case> {
    let list = read(&good(10, 14, 2));
    let now = Instant::now();
    let blocked = |part, came| probes::check_blocked(part, now, &list, came).into_iter().collect();
    assert_eq!(probes::check_blocked((15, 1), now, &list, Some(now)), None);
    let report = |msn, part| RenditionReport {
        uri: "video.m3u8".to_owned(),
        last_msn: Some(msn),
        last_part: Some(part),
    };
    let reported = |msn, part| {
        let at_once = Duration::ZERO;
        probes::check_report(&report(msn, part), &list, at_once).into_iter().collect::<Vec<_>>()
    };
    assert_eq!((reported(15, 1), reported(15, 0)), (vec![], vec![]));
    assert_eq!(probes::check_roll_over(14, &answer(200, ""), &list), None);
    assert_eq!(probes::check_hinted(&answer(200, "x"), &answer(200, "x")), None);
    let mut cases: Vec<Case> = vec![
        (Rule::AnsweredTooEarly, blocked((15, 2), None)),
        (Rule::AnsweredTooEarly, blocked((16, 0), None)),
        (Rule::AnsweredTooLate, blocked((15, 1), now.checked_sub(Duration::from_millis(600)))),
        (Rule::ReportStale, reported(15, 2)),
        (Rule::ReportStale, reported(14, 3)),
        (
            Rule::PartRollOver,
            probes::check_roll_over(14, &answer(400, ""), &list).into_iter().collect(),
        ),
        (
            Rule::PartRollOver,
            probes::check_roll_over(15, &answer(200, ""), &list).into_iter().collect(),
        ),
        (Rule::UnlistedServed, probes::check_missing(&answer(200, "")).into_iter().collect()),
        (
            Rule::HintedBytes,
            probes::check_hinted(&answer(200, "x"), &answer(200, "y")).into_iter().collect(),
        ),
    ];
    let dropped = |status, answered: Option<Instant>| {
        probes::check_dropped(&answer(status, ""), &list, answered.unwrap()).into_iter().collect()
    };
    let later = Instant::now().checked_add(Duration::from_secs(1));
    assert_eq!(probes::check_dropped(&answer(404, ""), &list, now), None);
    cases.push((Rule::HintHeld, dropped(503, later)));
    cases.push((Rule::HintHeld, dropped(404, now.checked_sub(Duration::from_secs(1)))));
    for (rule, _) in probes::bad_directives(15) {
        assert_eq!(probes::check_refused(rule, &answer(400, "")), None);
        cases.push((rule, probes::check_refused(rule, &answer(200, "")).into_iter().collect()));
    }
    cases
}

fn part(duration: i64, independent: bool) -> Part {
    Part { uri: "video/1.0.m4s".to_owned(), duration, independent }
}

/// Frames of 0.1 s whose payload is one NAL unit of the given type.
fn video(base: u64, nal_types: &[u8]) -> Bytes {
    let frame = |nal_type: &u8| Sample {
        duration: 9_000,
        composition_offset: 0,
        keyframe: *nal_type == 5,
        data: Bytes::copy_from_slice(&[0, 0, 0, 2, 0x60 | nal_type, 0]),
    };
    let samples: Vec<Sample> = nal_types.iter().map(frame).collect();
    fragment(1, 1, base, &samples)
}

fn avc_init() -> Bytes {
    let sps = [0x67, 0x42, 0xc0, 0x0a, 0xdc, 0x47, 0x80];
    let record =
        [&[1, 0x42, 0xc0, 0x0a, 0xff, 0xe1, 0, 7][..], &sps, &[1, 0, 4, 0x68, 0xce, 0x3c, 0x80]];
    let config = AvcConfig::parse(record.concat().into()).unwrap();
    init_segment(&CodecConfig::H264(config), 1)
}

fn media_cases() -> Vec<Case> {
    let head = avc_init();
    let init: Init = read_init(&head).unwrap();
    let read = |bytes: &[u8]| read_fragments(bytes, &init);
    let check = |stated: &Part, bytes: &[u8]| check_part(stated, &read(bytes).unwrap(), &init);
    let key = video(0, &[5, 1]);
    let timeline = |end, bytes: &[u8]| check_timeline("", end, &read(bytes).unwrap(), &init);
    let drift = |date, base, later| {
        let zero = zero_date(date, base, &init);
        check_zero_date(1, zero, later).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(drift(5_000_000, 450_000, 2_000), []);
    assert_eq!(check(&part(200_000, true), &key), []);
    assert_eq!(timeline(Some(0), &key), (Some(18_000), vec![]));
    let broken =
        |result: Result<_, String>| vec![Finding::new(Rule::FragmentBroken, result.unwrap_err())];
    let no_init =
        |bytes: &[u8]| vec![Finding::new(Rule::InitSegment, read_init(bytes).unwrap_err())];
    let mut lying = video(0, &[1, 1]).to_vec();
    // The flags of the first frame claim a sync frame; its NAL unit is none.
    let flags = lying.windows(4).position(|bytes| bytes == [1, 1, 0, 0]).unwrap();
    lying[flags..flags + 4].copy_from_slice(&[2, 0, 0, 0]);
    vec![
        (Rule::InitSegment, no_init(&key)),
        (Rule::InitSegment, no_init(&head[..head.len() - 1])),
        (Rule::InitSegment, no_init(b"")),
        (Rule::FragmentBroken, broken(read(&key[..key.len() - 1]))),
        (Rule::FragmentBroken, broken(read(&head))),
        (Rule::FragmentBroken, broken(read(&[]))),
        (
            Rule::PartsMakeSegment,
            check_parts_make("", std::slice::from_ref(&key), &[]).into_iter().collect(),
        ),
        (Rule::IndependentUntrue, check(&part(200_000, true), &video(0, &[1, 5]))),
        (Rule::IndependentUntrue, check(&part(200_000, true), &lying)),
        (Rule::IndependentUnsaid, check(&part(200_000, false), &key)),
        (Rule::DurationUntrue, check(&part(200_200, true), &key)),
        (Rule::TimelineGap, timeline(Some(1), &key).1),
        (Rule::TimelineGap, timeline(Some(0), &video(9_001, &[5])).1),
        (Rule::DateTimeUntrue, drift(1_000_000, 90_000, -2_001)),
        (Rule::DateTimeUntrue, drift(1_000_000, 90_000, 2_001)),
    ]
}

fn variant_cases() -> Vec<Case> {
    const GOOD: &str = "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-INDEPENDENT-SEGMENTS\n\
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Main\",URI=\"audio.m3u8\"\n\
        #EXT-X-STREAM-INF:BANDWIDTH=2000,AVERAGE-BANDWIDTH=1000,CODECS=\"avc1.64001f,mp4a.40.2\",\
        RESOLUTION=1280x720,FRAME-RATE=30.000,AUDIO=\"audio\"\nvideo.m3u8\n";
    let check = |text: &str| {
        let (list, mut findings) = multivariant::parse(text);
        findings.extend(multivariant::check(&list));
        findings
    };
    assert_eq!(check(GOOD), []);
    let of = |rule, from: &str, to: &str| (rule, check(&doctor(GOOD, from, to)));
    let variant = multivariant::parse(GOOD).0.variants.remove(0);
    assert_eq!(multivariant::check_bandwidth(&variant, 2_200), None);
    vec![
        of(Rule::Grammar, "BANDWIDTH=2000,", ""),
        of(Rule::Grammar, "NAME=\"Main\",", ""),
        of(Rule::Grammar, "#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-PART-INF:PART-TARGET=1"),
        of(Rule::TagOrder, "\nvideo.m3u8\n", "\n"),
        of(Rule::VariantAttributes, "avc1.64001f", "h264"),
        of(Rule::VariantAttributes, ",mp4a.40.2", ""),
        of(Rule::VariantAttributes, "RESOLUTION=1280x720,", ""),
        of(Rule::VariantAttributes, "FRAME-RATE=30.000", "FRAME-RATE=0.000"),
        of(Rule::VariantAttributes, "AVERAGE-BANDWIDTH=1000", "AVERAGE-BANDWIDTH=3000"),
        of(Rule::VariantAttributes, "AVERAGE-BANDWIDTH=1000,", ""),
        of(Rule::AudioGroup, ",AUDIO=\"audio\"", ",AUDIO=\"other\""),
        of(Rule::AudioGroup, ",AUDIO=\"audio\"", ""),
        (
            Rule::VariantBandwidth,
            multivariant::check_bandwidth(&variant, 2_201).into_iter().collect(),
        ),
    ]
}

/// Silence through FFmpeg's own AAC decoder, and garbage in its place.
async fn decode_cases() -> Vec<Case> {
    let config = AudioConfig::parse(Bytes::from_static(&[0x11, 0x88])).unwrap();
    let head = init_segment(&CodecConfig::Aac(config), 1);
    let silence = Bytes::from_static(&[0x00, 0xc8, 0x00, 0x80, 0x23, 0x80]);
    let file = |data: Bytes| {
        let sample = Sample { duration: 1024, composition_offset: 0, keyframe: true, data };
        fragment(1, 1, 0, &[sample.clone(), sample])
    };
    assert_eq!(decode("silence", &head, &file(silence)).await.unwrap(), None);
    let garbage = file(Bytes::from_static(&[0xff; 40]));
    let finding = decode("garbage", &head, &garbage).await.unwrap();
    vec![(Rule::DecodesAlone, finding.into_iter().collect())]
}

#[test]
fn a_good_stream_breaks_no_rule() {
    for open in 0..=3 {
        assert_eq!(standing(&good(10, 14, open)), [], "{open} parts open");
    }
    let steps = [good(10, 14, 2), good(10, 14, 3), good(11, 15, 0), good(11, 15, 1)];
    for pair in steps.windows(2) {
        assert_eq!(progress::check(&read(&pair[0]), &read(&pair[1])), []);
    }
}

#[tokio::test]
async fn every_rule_fires_on_what_breaks_it() {
    let mut cases = standing_cases();
    cases.extend(progress_cases());
    cases.extend(delta_cases());
    cases.extend(delivery_cases());
    cases.extend(probe_cases());
    cases.extend(media_cases());
    cases.extend(variant_cases());
    cases.extend(decode_cases().await);
    let mut proven = BTreeSet::new();
    for (rule, findings) in cases {
        assert!(rules(&findings).contains(&rule), "{rule:?} is silent: {findings:?}");
        proven.insert(rule);
    }
    // `AudioGroup` is the last rule, so its number is the count of those before it.
    assert_eq!(proven.len(), Rule::AudioGroup as usize + 1, "proven are {proven:?}");
}
