//! Renders the multivariant playlist.

use std::fmt::Write as _;

use super::{
    AUDIO, VIDEO, playlist,
    rendition::Rendition,
    rung::{Rung, RungLane},
};
use crate::{CodecConfig, colour::VideoRange};

/// Bits per second of a rendition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bitrate {
    /// Of its busiest segment.
    pub(super) peak: u64,
    /// Over everything that is kept.
    pub(super) average: u64,
}

/// The multivariant playlist of a stream with these renditions of the source and these smaller
/// versions of its picture, best first; `made` are those that are being made.
pub(super) fn render(
    video: Option<&Rendition>,
    audio: Option<&Rendition>,
    rungs: &[Rung],
    made: &[RungLane],
) -> String {
    let mut out = String::from("#EXTM3U\n#EXT-X-VERSION:9\n");
    // Writing to a String cannot fail; the results are dropped in one place.
    let _ = write(&mut out, video, audio, rungs, made);
    out
}

/// The bit rate of a rendition so far; zero while it is empty.
pub(super) fn bitrate(rendition: &Rendition) -> Bitrate {
    let timescale = u64::from(rendition.shape().timescale);
    let rate =
        |bytes: usize, ticks: u64| (bytes as u64 * 8 * timescale).checked_div(ticks).unwrap_or(0);
    let segments = || rendition.segments().iter().map(AsRef::as_ref).chain(Some(rendition.open()));
    let bytes = segments().map(super::Segment::len).sum();
    let average = rate(bytes, segments().map(super::Segment::duration).sum());
    let complete =
        rendition.segments().iter().map(|segment| rate(segment.len(), segment.duration())).max();
    // Before the first segment is complete nothing is known of peaks but that they exceed this.
    Bitrate { peak: complete.unwrap_or(average + average / 5).max(average), average }
}

fn write(
    out: &mut String,
    video: Option<&Rendition>,
    audio: Option<&Rendition>,
    rungs: &[Rung],
    made: &[RungLane],
) -> std::fmt::Result {
    let rungs = if video.is_some() { rungs } else { &[] };
    let made = |rung: &Rung| made.iter().find(|lane| lane.name() == &rung.name);
    let independent = [video, audio]
        .into_iter()
        .flatten()
        .chain(rungs.iter().filter_map(|rung| made(rung).map(RungLane::rendition)));
    if independent.into_iter().all(Rendition::independent_segments) {
        out.push_str("#EXT-X-INDEPENDENT-SEGMENTS\n");
    }
    let sound = audio.filter(|_| video.is_some());
    if let Some(shape) = sound.and_then(Rendition::config).and_then(|config| config.sound()) {
        writeln!(
            out,
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Main\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"{}\",URI=\"{}\"",
            shape.channels,
            playlist::file_name(AUDIO)
        )?;
    }
    let Some(main) = video.or(audio) else { return Ok(()) };
    let name = if video.is_some() { VIDEO } else { AUDIO };
    let config = main.config().map(AsRef::as_ref);
    let picture = config.and_then(CodecConfig::picture);
    let picture = picture.map(|picture| (picture.width, picture.height, picture.range));
    let codec = config.map(CodecConfig::rfc6381).unwrap_or_default();
    write_variant(out, main, Variant { name, rate: bitrate(main), codec: &codec, picture }, sound)?;
    for rung in rungs {
        let rate = rung.rate(made(rung).map(|lane| bitrate(lane.rendition())));
        let picture = Some((rung.width, rung.height, VideoRange::Sdr));
        let variant = Variant { name: &rung.name, rate, codec: &rung.codec, picture };
        write_variant(out, main, variant, sound)?;
    }
    Ok(())
}

/// One way to play the stream.
#[derive(Clone, Copy)]
struct Variant<'a> {
    name: &'a str,
    rate: Bitrate,
    codec: &'a str,
    picture: Option<(u32, u32, VideoRange)>,
}

/// Writes a variant that keeps the time of `source` and sounds like `sound`.
fn write_variant(
    out: &mut String,
    source: &Rendition,
    variant: Variant<'_>,
    sound: Option<&Rendition>,
) -> std::fmt::Result {
    let sound_rate = sound.map(bitrate).unwrap_or_default();
    let sound_codec = sound.and_then(|sound| Some(sound.config()?.rfc6381()));
    write!(
        out,
        "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{}{}{}\"",
        (variant.rate.peak + sound_rate.peak).max(1),
        (variant.rate.average + sound_rate.average).max(1),
        variant.codec,
        if sound_codec.is_some() { "," } else { "" },
        sound_codec.unwrap_or_default(),
    )?;
    if let Some((width, height, range)) = variant.picture {
        let rate = 1_000 * i64::from(source.shape().timescale) / source.frame_duration();
        write!(
            out,
            ",RESOLUTION={width}x{height},FRAME-RATE={}.{:03},VIDEO-RANGE={}",
            rate / 1_000,
            rate % 1_000,
            range.as_str()
        )?;
    }
    if sound.is_some() {
        out.push_str(",AUDIO=\"audio\"");
    }
    writeln!(out, "\n{}", playlist::file_name(variant.name))
}
