//! Media playlists: a strict reader that notes what it does not like and reads on.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    attributes::{Attributes, integer, micros},
    finding::{Finding, Rule},
};

/// A media playlist. Durations and dates are microseconds, dates since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Playlist {
    pub(super) version: u64,
    pub(super) target_duration: u64,
    pub(super) media_sequence: u64,
    pub(super) discontinuity_sequence: u64,
    pub(super) independent_segments: bool,
    pub(super) ended: bool,
    pub(super) can_block_reload: bool,
    pub(super) skip_until: Option<i64>,
    pub(super) hold_back: Option<i64>,
    pub(super) part_hold_back: Option<i64>,
    pub(super) part_target: Option<i64>,
    /// Segments that an `EXT-X-SKIP` stands for.
    pub(super) skipped: Option<u64>,
    /// Complete segments, then one with parts only if the playlist ends in such.
    pub(super) segments: Vec<Segment>,
    pub(super) hints: Vec<Hint>,
    pub(super) reports: Vec<RenditionReport>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Segment {
    pub(super) msn: u64,
    /// Absent while only parts of it are listed.
    pub(super) uri: Option<String>,
    pub(super) duration: Option<i64>,
    pub(super) discontinuity: bool,
    pub(super) discontinuity_sequence: u64,
    /// URI of the init segment in force.
    pub(super) map: Option<String>,
    pub(super) date_time: Option<i64>,
    pub(super) parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Part {
    pub(super) uri: String,
    pub(super) duration: i64,
    pub(super) independent: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hint {
    pub(super) kind: String,
    pub(super) uri: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RenditionReport {
    pub(super) uri: String,
    pub(super) last_msn: Option<u64>,
    pub(super) last_part: Option<u64>,
}

impl Segment {
    pub(super) fn is_complete(&self) -> bool {
        self.uri.is_some()
    }

    /// The stated duration, or that of the parts so far.
    pub(super) fn length(&self) -> i64 {
        self.duration.unwrap_or_else(|| self.parts.iter().map(|part| part.duration).sum())
    }
}

impl Playlist {
    /// The newest part: its media sequence number and index.
    pub(super) fn edge(&self) -> Option<(u64, u64)> {
        let segment = self.segments.iter().rev().find(|segment| !segment.parts.is_empty())?;
        Some((segment.msn, segment.parts.len() as u64 - 1))
    }

    /// What to ask for next.
    pub(super) fn next(&self) -> Option<(u64, u64)> {
        let (msn, part) = self.edge()?;
        let complete = self.segments.iter().any(|s| s.msn == msn && s.is_complete());
        Some(if complete { (msn + 1, 0) } else { (msn, part + 1) })
    }

    pub(super) fn segment(&self, msn: u64) -> Option<&Segment> {
        self.segments.iter().find(|segment| segment.msn == msn)
    }

    /// Whether it lists what a blocking request for (`msn`, `part`) waits for.
    pub(super) fn has(&self, msn: u64, part: u64) -> bool {
        self.edge().is_some_and(|edge| edge >= (msn, part))
            || self.segments.iter().any(|s| s.is_complete() && s.msn >= msn)
    }
}

/// Tags that stand before the first segment and appear once.
const HEADER: [&str; 8] = [
    "EXT-X-VERSION",
    "EXT-X-TARGETDURATION",
    "EXT-X-MEDIA-SEQUENCE",
    "EXT-X-DISCONTINUITY-SEQUENCE",
    "EXT-X-INDEPENDENT-SEGMENTS",
    "EXT-X-SERVER-CONTROL",
    "EXT-X-PART-INF",
    "EXT-X-SKIP",
];

/// Reads a playlist, with whatever breaks its grammar, order or required tags.
pub(super) fn parse(text: &str) -> (Playlist, Vec<Finding>) {
    let mut reader = Reader::default();
    if !text.starts_with("#EXTM3U\n") && !text.starts_with("#EXTM3U\r\n") {
        reader.note(Rule::Grammar, "the first line is not #EXTM3U");
    }
    if !text.ends_with('\n') {
        reader.note(Rule::Grammar, "the last line does not end");
    }
    for (number, line) in text.lines().enumerate().skip(1) {
        reader.line = number + 1;
        reader.read(line);
    }
    reader.finish()
}

#[derive(Debug, Default)]
struct Reader {
    playlist: Playlist,
    findings: Vec<Finding>,
    line: usize,
    seen: Vec<String>,
    current: Segment,
    /// Whether anything of the current segment was read.
    started: bool,
    map: Option<String>,
    discontinuities: u64,
    /// Whether a tag that belongs behind all segments was read.
    tail: bool,
}

impl Reader {
    fn note(&mut self, rule: Rule, what: &str) {
        self.findings.push(Finding::new(rule, format!("line {}: {what}", self.line)));
    }

    fn read(&mut self, line: &str) {
        let Some(tag) = line.strip_prefix('#') else {
            if !line.is_empty() {
                self.read_uri(line);
            }
            return;
        };
        if !tag.starts_with("EXT") {
            return;
        }
        let (name, value) = tag.split_once(':').unwrap_or((tag, ""));
        if HEADER.contains(&name) {
            self.check_header_place(name);
        }
        if let Err(problem) = self.read_tag(name, value) {
            self.note(Rule::Grammar, &format!("{name}: {problem}"));
        }
    }

    fn check_header_place(&mut self, name: &str) {
        if self.seen.iter().any(|seen| seen == name) {
            self.note(Rule::DuplicateTag, name);
        }
        self.seen.push(name.to_owned());
        if self.started || !self.playlist.segments.is_empty() {
            self.note(Rule::TagOrder, &format!("{name} stands behind a segment"));
        }
    }

    fn read_tag(&mut self, name: &str, value: &str) -> Result<(), String> {
        let list = &mut self.playlist;
        match name {
            "EXTM3U" => return Err("appears again".to_owned()),
            "EXT-X-VERSION" => list.version = number(value)?,
            "EXT-X-TARGETDURATION" => list.target_duration = number(value)?,
            "EXT-X-MEDIA-SEQUENCE" => list.media_sequence = number(value)?,
            "EXT-X-DISCONTINUITY-SEQUENCE" => list.discontinuity_sequence = number(value)?,
            "EXT-X-INDEPENDENT-SEGMENTS" => list.independent_segments = true,
            "EXT-X-ENDLIST" => list.ended = true,
            "EXT-X-SERVER-CONTROL" => {
                let attributes = Attributes::parse(value)?;
                list.can_block_reload = attributes.yes("CAN-BLOCK-RELOAD")?;
                list.skip_until = attributes.seconds("CAN-SKIP-UNTIL")?;
                list.hold_back = attributes.seconds("HOLD-BACK")?;
                list.part_hold_back = attributes.seconds("PART-HOLD-BACK")?;
            }
            "EXT-X-PART-INF" => {
                let target = Attributes::parse(value)?.seconds("PART-TARGET")?;
                list.part_target = Some(target.ok_or("no PART-TARGET")?);
            }
            "EXT-X-SKIP" => {
                let skipped = Attributes::parse(value)?.integer("SKIPPED-SEGMENTS")?;
                list.skipped = Some(skipped.ok_or("no SKIPPED-SEGMENTS")?);
            }
            _ => return self.read_segment_tag(name, value),
        }
        Ok(())
    }

    fn read_segment_tag(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "EXT-X-PRELOAD-HINT" | "EXT-X-RENDITION-REPORT" => return self.read_tail(name, value),
            "EXT-X-DISCONTINUITY" => self.discontinuity(),
            "EXT-X-MAP" => {
                let uri = Attributes::parse(value)?.quoted("URI")?.ok_or("no URI")?;
                self.before_parts(name);
                self.map = Some(uri);
            }
            "EXT-X-PROGRAM-DATE-TIME" => {
                let time = OffsetDateTime::parse(value, &Rfc3339).map_err(|e| e.to_string())?;
                let micros = time.unix_timestamp_nanos() / 1_000;
                self.before_parts(name);
                self.current.date_time = i64::try_from(micros).ok();
            }
            "EXT-X-PART" => {
                let attributes = Attributes::parse(value)?;
                self.current.parts.push(Part {
                    uri: attributes.quoted("URI")?.ok_or("no URI")?,
                    duration: attributes.seconds("DURATION")?.ok_or("no DURATION")?,
                    independent: attributes.yes("INDEPENDENT")?,
                });
            }
            "EXTINF" => {
                let (duration, _title) = value.split_once(',').ok_or("no comma")?;
                let duration = micros(duration).ok_or("no duration")?;
                if self.current.duration.replace(duration).is_some() {
                    return Err("two of them before one URI".to_owned());
                }
            }
            _ => return Err("unknown tag".to_owned()),
        }
        self.started = true;
        if self.tail {
            self.note(Rule::TagOrder, &format!("{name} stands behind a hint or report"));
        }
        Ok(())
    }

    fn discontinuity(&mut self) {
        self.before_parts("EXT-X-DISCONTINUITY");
        self.current.discontinuity = true;
        self.discontinuities += 1;
    }

    /// Section 4.4.4.9: what applies to a segment stands before the first part of it.
    fn before_parts(&mut self, name: &str) {
        if !self.current.parts.is_empty() || self.current.duration.is_some() {
            self.note(Rule::TagOrder, &format!("{name} stands behind a part of its segment"));
        }
    }

    fn read_tail(&mut self, name: &str, value: &str) -> Result<(), String> {
        self.tail = true;
        let attributes = Attributes::parse(value)?;
        let uri = attributes.quoted("URI")?.ok_or("no URI")?;
        if name == "EXT-X-PRELOAD-HINT" {
            let kind = attributes.bare("TYPE")?.ok_or("no TYPE")?.to_owned();
            self.playlist.hints.push(Hint { kind, uri });
        } else {
            let last_msn = attributes.integer("LAST-MSN")?;
            let last_part = attributes.integer("LAST-PART")?;
            self.playlist.reports.push(RenditionReport { uri, last_msn, last_part });
        }
        Ok(())
    }

    fn read_uri(&mut self, line: &str) {
        if line.contains(char::is_whitespace) {
            self.note(Rule::Grammar, &format!("{line:?} is no URI"));
        }
        if self.current.duration.is_none() {
            self.note(Rule::TagOrder, &format!("{line} has no EXTINF before it"));
        }
        self.current.uri = Some(line.to_owned());
        self.close_segment();
    }

    fn close_segment(&mut self) {
        let mut segment = std::mem::take(&mut self.current);
        let index = self.playlist.skipped.unwrap_or(0) + self.playlist.segments.len() as u64;
        segment.msn = self.playlist.media_sequence + index;
        segment.discontinuity_sequence =
            self.playlist.discontinuity_sequence + self.discontinuities;
        segment.map.clone_from(&self.map);
        self.playlist.segments.push(segment);
        self.started = false;
    }

    fn finish(mut self) -> (Playlist, Vec<Finding>) {
        if self.current.duration.is_some() {
            self.note(Rule::TagOrder, "an EXTINF has no URI behind it");
        }
        if self.started {
            self.close_segment();
        }
        for name in ["EXT-X-VERSION", "EXT-X-TARGETDURATION", "EXT-X-MEDIA-SEQUENCE"] {
            if !self.seen.iter().any(|seen| seen == name) {
                self.findings.push(Finding::new(Rule::RequiredTag, format!("no {name}")));
            }
        }
        (self.playlist, self.findings)
    }
}

fn number(value: &str) -> Result<u64, String> {
    integer(value).ok_or(format!("{value:?} is no integer"))
}
