//! Multivariant playlists.

use super::{
    attributes::{Attributes, integer, micros},
    finding::{Finding, Rule},
};

/// A multivariant playlist, as far as a player selects by it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Multivariant {
    pub(super) variants: Vec<Variant>,
    pub(super) media: Vec<Media>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Variant {
    pub(super) uri: String,
    pub(super) bandwidth: u64,
    pub(super) average: Option<u64>,
    pub(super) codecs: String,
    pub(super) resolution: Option<String>,
    pub(super) frame_rate: Option<String>,
    pub(super) audio: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Media {
    pub(super) kind: String,
    pub(super) group: String,
    pub(super) uri: Option<String>,
}

impl Multivariant {
    /// Addresses of all media playlists, each once.
    pub(super) fn renditions(&self) -> Vec<String> {
        let variants = self.variants.iter().map(|variant| variant.uri.clone());
        let media = self.media.iter().filter_map(|media| media.uri.clone());
        let mut uris: Vec<String> = variants.chain(media).collect();
        uris.sort_unstable();
        uris.dedup();
        uris
    }
}

/// Reads a multivariant playlist, with whatever breaks its grammar.
pub(super) fn parse(text: &str) -> (Multivariant, Vec<Finding>) {
    let mut list = Multivariant::default();
    let mut findings = Vec::new();
    let mut pending: Option<Variant> = None;
    if !text.starts_with("#EXTM3U\n") {
        findings.push(Finding::new(Rule::Grammar, "the first line is not #EXTM3U"));
    }
    for line in text.lines().skip(1) {
        if let Err(problem) = read_line(line, &mut list, &mut pending) {
            findings.push(Finding::new(Rule::Grammar, format!("{line}: {problem}")));
        }
    }
    if pending.is_some() {
        findings.push(Finding::new(Rule::TagOrder, "an EXT-X-STREAM-INF has no URI behind it"));
    }
    (list, findings)
}

fn read_line(
    line: &str,
    list: &mut Multivariant,
    pending: &mut Option<Variant>,
) -> Result<(), String> {
    let Some(tag) = line.strip_prefix('#') else {
        if !line.is_empty() {
            let variant = pending.take().ok_or("a URI without EXT-X-STREAM-INF")?;
            list.variants.push(Variant { uri: line.to_owned(), ..variant });
        }
        return Ok(());
    };
    let (name, value) = tag.split_once(':').unwrap_or((tag, ""));
    match name {
        "EXT-X-STREAM-INF" => *pending = Some(read_variant(&Attributes::parse(value)?)?),
        "EXT-X-MEDIA" => list.media.push(read_media(&Attributes::parse(value)?)?),
        "EXT-X-VERSION" => drop(integer(value).ok_or("no integer")?),
        "EXT-X-INDEPENDENT-SEGMENTS" => {}
        _ if name.starts_with("EXT") => return Err("unknown tag".to_owned()),
        _ => {}
    }
    Ok(())
}

fn read_variant(attributes: &Attributes) -> Result<Variant, String> {
    Ok(Variant {
        uri: String::new(),
        bandwidth: attributes.integer("BANDWIDTH")?.ok_or("no BANDWIDTH")?,
        average: attributes.integer("AVERAGE-BANDWIDTH")?,
        codecs: attributes.quoted("CODECS")?.unwrap_or_default(),
        resolution: attributes.bare("RESOLUTION")?.map(str::to_owned),
        frame_rate: attributes.bare("FRAME-RATE")?.map(str::to_owned),
        audio: attributes.quoted("AUDIO")?,
    })
}

fn read_media(attributes: &Attributes) -> Result<Media, String> {
    attributes.quoted("NAME")?.ok_or("no NAME")?;
    Ok(Media {
        kind: attributes.bare("TYPE")?.ok_or("no TYPE")?.to_owned(),
        group: attributes.quoted("GROUP-ID")?.ok_or("no GROUP-ID")?,
        uri: attributes.quoted("URI")?,
    })
}

/// Everything wrong with what the variants say of themselves.
pub(super) fn check(list: &Multivariant) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |rule, evidence: String| findings.push(Finding::new(rule, evidence));
    if list.variants.is_empty() {
        note(Rule::VariantAttributes, "there is no variant".to_owned());
    }
    for variant in &list.variants {
        for problem in variant_problems(variant) {
            note(Rule::VariantAttributes, format!("{}: {problem}", variant.uri));
        }
        let group = list.media.iter().filter(|media| Some(&media.group) == variant.audio.as_ref());
        if variant.audio.is_some() && !group.clone().any(|media| media.kind == "AUDIO") {
            note(Rule::AudioGroup, format!("{} names {:?}", variant.uri, variant.audio));
        }
    }
    for media in list.media.iter().filter(|media| media.kind == "AUDIO") {
        if !list.variants.iter().any(|variant| variant.audio.as_ref() == Some(&media.group)) {
            note(Rule::AudioGroup, format!("no variant uses group {}", media.group));
        }
    }
    findings
}

fn variant_problems(variant: &Variant) -> Vec<String> {
    let mut problems = Vec::new();
    let codecs: Vec<&str> = variant.codecs.split(',').collect();
    let hex = |text: &str| text.len() == 6 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let video = |codec: &&str| {
        codec.strip_prefix("avc1.").is_some_and(hex)
            || codec.strip_prefix("hvc1.").is_some_and(|rest| rest.split('.').count() >= 3)
            || codec
                .strip_prefix("av01.")
                .is_some_and(|rest| matches!(rest.split('.').count(), 3 | 9))
    };
    let audio = |codec: &&str| {
        *codec == "opus" || codec.strip_prefix("mp4a.40.").is_some_and(|t| integer(t).is_some())
    };
    if !codecs.iter().all(|codec| video(codec) || audio(codec)) {
        problems.push(format!("CODECS {:?}", variant.codecs));
    }
    if variant.audio.is_some() && !codecs.iter().any(audio) {
        problems.push(format!("CODECS {:?} leaves out the audio", variant.codecs));
    }
    if codecs.iter().any(video) {
        let side = |text: &str| integer(text).is_some_and(|side| side > 0);
        let resolution = variant.resolution.as_deref().and_then(|text| text.split_once('x'));
        if !resolution.is_some_and(|(width, height)| side(width) && side(height)) {
            problems.push(format!("RESOLUTION {:?}", variant.resolution));
        }
        let rate = variant.frame_rate.as_deref().and_then(micros);
        if rate.is_none_or(|rate| rate <= 0) {
            problems.push(format!("FRAME-RATE {:?}", variant.frame_rate));
        }
    }
    match variant.average {
        Some(average) if average <= variant.bandwidth => {}
        other => problems.push(format!("AVERAGE-BANDWIDTH {other:?} of {}", variant.bandwidth)),
    }
    problems
}

/// Holds BANDWIDTH against the peak of the segments that were measured, in bits per second.
pub(super) fn check_bandwidth(variant: &Variant, measured: u64) -> Option<Finding> {
    // Tracks peak at different moments, and the newest segments may be newer than the playlist.
    (measured > variant.bandwidth + variant.bandwidth / 10).then(|| {
        let evidence = format!("{}: {} stated, {measured} seen", variant.uri, variant.bandwidth);
        Finding::new(Rule::VariantBandwidth, evidence)
    })
}
