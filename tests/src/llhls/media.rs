//! Init segments, fragments and their decoding.

use std::process::Stdio;

use anyhow::Context as _;
use bytes::Bytes;
use mp4_atom::{Any, Codec, Decode, Mdat, Moof, Traf};
use tokio::{io::AsyncWriteExt as _, process::Command, time};

use super::{
    finding::{Finding, Rule},
    playlist::Part,
    standing::{ROUNDING, SKIPPED_BEAT},
};

/// Stated durations are printed to the microsecond; a tick of 48 kHz is 21 of them.
const TICK: i64 = 100;
const NON_SYNC: u32 = 0x1_0000;

/// What an init segment says of its one track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Init {
    pub(super) timescale: u32,
    /// How frames are coded, as far as they can be held against their flags.
    coding: Coding,
    default_duration: u32,
    default_flags: u32,
    default_size: u32,
}

/// What tells where decoding may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    /// NAL units behind length fields of so many bytes.
    H264(usize),
    /// The same.
    Hevc(usize),
    /// The flags alone.
    Other,
}

/// What one `moof` and its `mdat` hold. Times are ticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) base: u64,
    pub(super) duration: u64,
    /// Whether its first frame is a sync frame and, for H.264 and HEVC, truly a picture to start at.
    pub(super) opens_independent: bool,
}

pub(super) fn read_init(bytes: &[u8]) -> Result<Init, String> {
    let mut rest = bytes;
    let mut kinds = Vec::new();
    let mut moov = None;
    while !rest.is_empty() {
        let atom = Any::decode(&mut rest).map_err(|error| error.to_string())?;
        kinds.push(atom.kind().to_string());
        if let Any::Moov(found) = atom {
            moov = Some(found);
        }
    }
    if kinds != ["ftyp", "moov"] {
        return Err(format!("its boxes are {kinds:?}"));
    }
    let moov = moov.ok_or("no moov")?;
    let [track] = &moov.trak[..] else { return Err("not exactly one track".to_owned()) };
    let extends = moov.mvex.as_ref().ok_or("no mvex")?;
    let [defaults] = &extends.trex[..] else { return Err("not exactly one trex".to_owned()) };
    let coding = match &track.mdia.minf.stbl.stsd.codecs[..] {
        [Codec::Avc1(entry)] => Coding::H264(usize::from(entry.avcc.length_size)),
        [Codec::Hvc1(entry)] => Coding::Hevc(usize::from(entry.hvcc.length_size_minus_one) + 1),
        [Codec::Av01(_) | Codec::Mp4a(_) | Codec::Opus(_)] => Coding::Other,
        other => return Err(format!("unexpected sample entries {other:?}")),
    };
    Ok(Init {
        timescale: track.mdia.mdhd.timescale,
        coding,
        default_duration: defaults.default_sample_duration,
        default_flags: defaults.default_sample_flags,
        default_size: defaults.default_sample_size,
    })
}

pub(super) fn read_fragments(bytes: &[u8], init: &Init) -> Result<Vec<Fragment>, String> {
    let mut rest = bytes;
    let mut fragments = Vec::new();
    let mut moof = None;
    while !rest.is_empty() {
        match Any::decode(&mut rest).map_err(|error| error.to_string())? {
            Any::Moof(found) if moof.is_none() => moof = Some(found),
            Any::Mdat(mdat) => {
                let moof = moof.take().ok_or("an mdat without a moof")?;
                fragments.push(read_fragment(&moof, &mdat, init)?);
            }
            Any::Styp(_) | Any::Prft(_) | Any::Emsg(_) if moof.is_none() => {}
            other => return Err(format!("unexpected box {}", other.kind())),
        }
    }
    if moof.is_some() || fragments.is_empty() {
        return Err("it ends without an mdat".to_owned());
    }
    Ok(fragments)
}

fn read_fragment(moof: &Moof, mdat: &Mdat, init: &Init) -> Result<Fragment, String> {
    let [traf] = &moof.traf[..] else { return Err("not exactly one track fragment".to_owned()) };
    let base = traf.tfdt.as_ref().ok_or("no tfdt")?.base_media_decode_time;
    let mut fragment = Fragment { base, duration: 0, opens_independent: false };
    let mut data = &mdat.data[..];
    for (index, sample) in samples(traf, init).enumerate() {
        let (frame, tail) =
            data.split_at_checked(sample.size).ok_or("frames are longer than the mdat")?;
        data = tail;
        fragment.duration += u64::from(sample.duration);
        let independent = sample.flags & NON_SYNC == 0 && starts_decoding(frame, init.coding);
        fragment.opens_independent |= index == 0 && independent;
    }
    if data.is_empty() {
        Ok(fragment)
    } else {
        Err("the mdat is longer than its frames".to_owned())
    }
}

struct Sample {
    duration: u32,
    size: usize,
    flags: u32,
}

fn samples<'a>(traf: &'a Traf, init: &'a Init) -> impl Iterator<Item = Sample> + 'a {
    let defaults = &traf.tfhd;
    let duration = defaults.default_sample_duration.unwrap_or(init.default_duration);
    let size = defaults.default_sample_size.unwrap_or(init.default_size);
    let flags = defaults.default_sample_flags.unwrap_or(init.default_flags);
    traf.trun.iter().flat_map(|run| run.samples.iter()).map(move |entry| Sample {
        duration: entry.duration.unwrap_or(duration),
        size: usize::try_from(entry.size.unwrap_or(size)).unwrap_or(usize::MAX),
        flags: entry.flags.unwrap_or(flags),
    })
}

/// Whether a frame holds a picture that decoding may start at: of H.264 an IDR slice, of HEVC a
/// slice of an IRAP type.
fn starts_decoding(frame: &[u8], coding: Coding) -> bool {
    let (length_size, starts): (_, fn(u8) -> bool) = match coding {
        Coding::H264(length_size) => (length_size, |header| header & 0x1f == 5),
        Coding::Hevc(length_size) => (length_size, |header| (16..=23).contains(&(header >> 1))),
        Coding::Other => return true,
    };
    let mut rest = frame;
    while let Some((length, tail)) = rest.split_at_checked(length_size.max(1)) {
        let length = length.iter().fold(0, |value, byte| value << 8 | usize::from(*byte));
        if length > 0 && tail.first().is_some_and(|&header| starts(header)) {
            return true;
        }
        rest = tail.get(length..).unwrap_or_default();
    }
    false
}

/// Holds what a playlist says of a part against the fragments in it.
pub(super) fn check_part(part: &Part, fragments: &[Fragment], init: &Init) -> Vec<Finding> {
    let mut findings = Vec::new();
    let opens = fragments.first().is_some_and(|fragment| fragment.opens_independent);
    if part.independent && !opens {
        findings.push(Finding::new(Rule::IndependentUntrue, part.uri.clone()));
    }
    // A keyframe in the middle stays unsaid: a player that joins at a part needs its first frame.
    if !part.independent && opens {
        findings.push(Finding::new(Rule::IndependentUnsaid, part.uri.clone()));
    }
    findings.extend(check_duration(&part.uri, part.duration, fragments, init));
    findings
}

/// Holds a stated duration in microseconds against the frames.
pub(super) fn check_duration(
    uri: &str,
    stated: i64,
    fragments: &[Fragment],
    init: &Init,
) -> Option<Finding> {
    let ticks: u64 = fragments.iter().map(|fragment| fragment.duration).sum();
    let real = i64::try_from(ticks * 1_000_000 / u64::from(init.timescale.max(1))).ok()?;
    ((real - stated).abs() > TICK).then(|| {
        Finding::new(Rule::DurationUntrue, format!("{uri}: {stated} µs stated, {real} µs in it"))
    })
}

/// Holds the parts of a segment against its bytes.
pub(super) fn check_parts_make(uri: &str, parts: &[Bytes], segment: &[u8]) -> Option<Finding> {
    (parts.concat() != segment).then(|| {
        let (sum, whole) = (parts.iter().map(Bytes::len).sum::<usize>(), segment.len());
        let evidence = format!("{uri}: {sum} bytes in {} parts, {whole} in all", parts.len());
        Finding::new(Rule::PartsMakeSegment, evidence)
    })
}

/// Checks that fragments continue each other, from the end of the ones before, and returns the end.
pub(super) fn check_timeline(
    uri: &str,
    previous_end: Option<u64>,
    fragments: &[Fragment],
    init: &Init,
) -> (Option<u64>, Vec<Finding>) {
    let allowed = u64::from(init.timescale) * SKIPPED_BEAT.unsigned_abs() / 1_000_000;
    let mut findings = Vec::new();
    let mut end = previous_end;
    for fragment in fragments {
        let continues = |end: &u64| (*end..=*end + allowed).contains(&fragment.base);
        if let Some(expected) = end.filter(|end| !continues(end)) {
            let evidence = format!("{uri} starts at {}, {expected} expected", fragment.base);
            findings.push(Finding::new(Rule::TimelineGap, evidence));
        }
        end = Some(fragment.base + fragment.duration);
    }
    (end, findings)
}

/// Where the zero of decode times lies on the calendar, by the date and first decode time of a
/// segment, in microseconds.
pub(super) fn zero_date(date_time: i64, base: u64, init: &Init) -> i64 {
    let base = u128::from(base) * 1_000_000 / u128::from(init.timescale.max(1));
    date_time - i64::try_from(base).unwrap_or(i64::MAX)
}

/// Holds the zero of one segment against that of an earlier one without discontinuity between.
pub(super) fn check_zero_date(msn: u64, earlier: i64, later: i64) -> Option<Finding> {
    let drift = later - earlier;
    (drift.abs() > ROUNDING)
        .then(|| Finding::new(Rule::DateTimeUntrue, format!("segment {msn} is off by {drift} µs")))
}

/// Decodes a segment after its init segment with FFmpeg, which must not say a word.
pub(super) async fn decode(
    uri: &str,
    init: &[u8],
    segment: &[u8],
) -> anyhow::Result<Option<Finding>> {
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error", "-xerror", "-i", "-", "-f", "null", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start ffmpeg: install it with `apt install ffmpeg`")?;
    let mut stdin = child.stdin.take().context("ffmpeg has no standard input")?;
    let file = [init, segment].concat();
    let feed = async move {
        // A decoder that gives up closes the pipe; its exit status tells.
        drop(stdin.write_all(&file).await);
        drop(stdin);
    };
    let run = async { tokio::join!(feed, child.wait_with_output()).1 };
    let output =
        time::timeout(time::Duration::from_mins(1), run).await.context("ffmpeg hangs")??;
    let words = String::from_utf8_lossy(&output.stderr);
    let clean = output.status.success() && words.is_empty();
    Ok((!clean).then(|| Finding::new(Rule::DecodesAlone, format!("{uri}: {}", words.trim()))))
}
