//! Renders the multivariant playlist.

use std::fmt::Write as _;

use super::{playlist, rendition::Rendition};
use crate::TrackKind;

/// Bits per second of a rendition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bitrate {
    /// Of its busiest segment.
    pub(super) peak: u64,
    /// Over everything that is kept.
    pub(super) average: u64,
}

/// The multivariant playlist of a stream with these renditions.
pub(super) fn render(video: Option<&Rendition>, audio: Option<&Rendition>) -> String {
    let mut out = String::from("#EXTM3U\n#EXT-X-VERSION:9\n");
    // Writing to a String cannot fail; the results are dropped in one place.
    let _ = write(&mut out, video, audio);
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
) -> std::fmt::Result {
    if [video, audio].into_iter().flatten().all(Rendition::independent_segments) {
        out.push_str("#EXT-X-INDEPENDENT-SEGMENTS\n");
    }
    let with_group = video.is_some() && audio.is_some();
    if with_group
        && let Some(sound) = audio.and_then(Rendition::config).and_then(|config| config.sound())
    {
        writeln!(
            out,
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Main\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"{}\",URI=\"{}\"",
            sound.channels,
            playlist::file_name(TrackKind::Audio)
        )?;
    }
    let rates: Vec<Bitrate> = [video, audio].into_iter().flatten().map(bitrate).collect();
    let codecs: Vec<String> = [video, audio]
        .into_iter()
        .flatten()
        .filter_map(|rendition| Some(rendition.config()?.rfc6381()))
        .collect();
    write!(
        out,
        "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{}\"",
        rates.iter().map(|rate| rate.peak).sum::<u64>().max(1),
        rates.iter().map(|rate| rate.average).sum::<u64>().max(1),
        codecs.join(",")
    )?;
    if let Some(rendition) = video
        && let Some(picture) = rendition.config().and_then(|config| config.picture())
    {
        let rate = 1_000 * i64::from(rendition.shape().timescale) / rendition.frame_duration();
        write!(
            out,
            ",RESOLUTION={}x{},FRAME-RATE={}.{:03},VIDEO-RANGE={}",
            picture.width,
            picture.height,
            rate / 1_000,
            rate % 1_000,
            picture.range.as_str()
        )?;
    }
    if with_group {
        out.push_str(",AUDIO=\"audio\"");
    }
    let kind = if video.is_some() { TrackKind::Video } else { TrackKind::Audio };
    writeln!(out, "\n{}", playlist::file_name(kind))
}
