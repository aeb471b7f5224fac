//! What the checker reports.

use std::{collections::BTreeMap, fmt, time::Duration};

/// One thing that a conforming low-latency stream does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    // The text of a playlist.
    Grammar,
    TagOrder,
    RequiredTag,
    DuplicateTag,
    Version,
    // One playlist by itself.
    TargetDuration,
    PartTarget,
    PartTooShort,
    BlockReload,
    PartHoldBack,
    HoldBack,
    SkipBoundary,
    DateTimeMissing,
    DateTimeJump,
    PartsFarFromEdge,
    PartsSum,
    PreloadHint,
    IndependentFirstPart,
    MapMissing,
    RenditionReport,
    // One playlist after another.
    TargetDurationChanged,
    MediaSequenceBack,
    DiscontinuitySequence,
    ListedChanged,
    HintUnfulfilled,
    WindowTooShort,
    // Delta updates.
    DeltaMissing,
    DeltaSkipsRecent,
    DeltaDiffers,
    // Blocking and refusals.
    AnsweredTooEarly,
    AnsweredTooLate,
    PartRollOver,
    FarFutureRefused,
    PartWithoutMsnRefused,
    GarbageRefused,
    UnlistedServed,
    // Delivery.
    Unavailable,
    ContentType,
    Cors,
    CacheControl,
    SameBytes,
    GzipDiffers,
    ReportStale,
    // Media.
    InitSegment,
    FragmentBroken,
    PartsMakeSegment,
    HintedBytes,
    HintHeld,
    IndependentUntrue,
    IndependentUnsaid,
    DurationUntrue,
    TimelineGap,
    DateTimeUntrue,
    DecodesAlone,
    // The multivariant playlist.
    VariantAttributes,
    VariantBandwidth,
    AudioGroup,
}

impl Rule {
    /// The section of the draft that the rule stands on, and what it demands.
    pub fn demand(self) -> (&'static str, &'static str) {
        match self {
            Self::Grammar => ("4.1", "every line is a known tag, a comment or a URI, well formed"),
            Self::TagOrder => ("4.4.4.9", "tags stand where the draft puts them"),
            Self::RequiredTag => ("4.4.3", "required tags are there"),
            Self::DuplicateTag => ("4.4.3", "a tag that may appear once appears once"),
            Self::Version => ("8", "EXT-X-VERSION covers the tags in use"),
            Self::TargetDuration => ("4.4.3.1", "no segment rounds to more than TARGETDURATION"),
            Self::PartTarget => ("4.4.4.9", "no part is longer than PART-TARGET"),
            Self::PartTooShort => ("4.4.4.9", "only a last or independent part is below 85 %"),
            Self::BlockReload => ("B.1", "CAN-BLOCK-RELOAD=YES"),
            Self::PartHoldBack => ("4.4.3.8", "PART-HOLD-BACK is at least three part targets"),
            Self::HoldBack => ("4.4.3.8", "HOLD-BACK is at least three target durations"),
            Self::SkipBoundary => ("4.4.3.8", "CAN-SKIP-UNTIL is at least six target durations"),
            Self::DateTimeMissing => ("B.1", "every segment has a PROGRAM-DATE-TIME"),
            Self::DateTimeJump => ("4.4.4.6", "dates advance with the segment durations"),
            Self::PartsFarFromEdge => ("6.2.2", "parts are listed for three target durations only"),
            Self::PartsSum => ("3.2", "the parts of a segment add up to its duration"),
            Self::PreloadHint => ("4.4.5.3", "one PART hint, for a part that is not listed yet"),
            Self::IndependentFirstPart => ("4.4.2.1", "independent segments open independently"),
            Self::MapMissing => ("4.4.4.5", "an EXT-X-MAP applies to every segment"),
            Self::RenditionReport => ("B.1", "one report on each other rendition, no more"),
            Self::TargetDurationChanged => ("6.2.1", "targets and hold-backs never change"),
            Self::MediaSequenceBack => ("6.2.2", "MEDIA-SEQUENCE never decreases"),
            Self::DiscontinuitySequence => ("6.2.2", "a segment keeps its discontinuity number"),
            Self::ListedChanged => ("6.2.1", "what is listed changes only by removal at the front"),
            Self::HintUnfulfilled => {
                ("4.4.5.3", "the hinted part comes, unless its segment has ended")
            }
            Self::WindowTooShort => ("6.2.2", "removal leaves at least three target durations"),
            Self::DeltaMissing => ("6.2.5.1", "_HLS_skip=YES is answered by a delta update"),
            Self::DeltaSkipsRecent => {
                ("6.2.5.1", "nothing nearer than the skip boundary is skipped")
            }
            Self::DeltaDiffers => ("6.2.5.1", "the delta applied equals the full playlist"),
            Self::AnsweredTooEarly => ("6.2.5.2", "no answer before the part asked for is listed"),
            Self::AnsweredTooLate => ("6.2.5.2", "the answer comes when the part does"),
            Self::PartRollOver => {
                ("6.2.5.2", "a part past the end means part 0 of the next segment")
            }
            Self::FarFutureRefused => ("6.2.5.2", "a far-future _HLS_msn is refused with 400"),
            Self::PartWithoutMsnRefused => ("6.2.5.2", "_HLS_part without _HLS_msn gets 400"),
            Self::GarbageRefused => ("6.2.5", "a directive that is no number gets 400"),
            Self::UnlistedServed => ("6.2.6", "what is neither listed nor hinted gets 404"),
            Self::Unavailable => ("6.2.1", "what is listed can be had"),
            Self::ContentType => ("4", "playlists and media carry their media type"),
            Self::Cors => ("B.1", "any origin may play"),
            Self::CacheControl => ("B.1", "answers say how long they may be cached"),
            Self::SameBytes => ("6.2.5.2", "all viewers get the same bytes"),
            Self::GzipDiffers => ("B.1", "the gzip form decodes to the same bytes"),
            Self::ReportStale => ("4.4.5.4", "a rendition report is within one part of the truth"),
            Self::InitSegment => ("3.1.2", "the EXT-X-MAP resource is an init segment"),
            Self::FragmentBroken => ("3.1.2", "parts and segments are whole fragments"),
            Self::PartsMakeSegment => ("3.2", "the parts of a segment make its bytes"),
            Self::HintedBytes => ("6.2.6", "a held request for the hint yields the part"),
            Self::HintHeld => ("6.2.6", "a request for a hint that is dropped gets 404 at once"),
            Self::IndependentUntrue => {
                ("4.4.4.9", "INDEPENDENT=YES parts start with an IDR picture")
            }
            Self::IndependentUnsaid => {
                ("4.4.4.9", "parts that open with an IDR picture say INDEPENDENT=YES")
            }
            Self::DurationUntrue => ("4.4.4.1", "stated durations are those of the media"),
            Self::TimelineGap => ("3.1.2", "decode times continue without overlap or long gap"),
            Self::DateTimeUntrue => ("4.4.4.6", "dates and decode times advance alike"),
            Self::DecodesAlone => ("4.4.4.5", "a segment decodes after its init segment alone"),
            Self::VariantAttributes => ("4.4.6.2", "variants state what a player selects by"),
            Self::VariantBandwidth => ("4.4.6.2", "BANDWIDTH covers the peak that was measured"),
            Self::AudioGroup => ("4.4.6.1", "AUDIO names a group that exists and is complete"),
        }
    }
}

/// One rule broken once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was broken.
    pub rule: Rule,
    /// Where and by what.
    pub evidence: String,
}

impl Finding {
    pub(super) fn new(rule: Rule, evidence: impl Into<String>) -> Self {
        Self { rule, evidence: evidence.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (section, demand) = self.rule.demand();
        write!(f, "{:?} (section {section}: {demand}): {}", self.rule, self.evidence)
    }
}

/// The outcome of a check, with what was looked at: a clean report on nothing proves nothing.
#[derive(Debug, Default)]
pub struct Report {
    /// Every violation, in order of discovery.
    pub findings: Vec<Finding>,
    /// Media playlists that were read.
    pub playlists: usize,
    /// Parts that were downloaded and looked into.
    pub parts: usize,
    /// Segments that were decoded alone.
    pub segments: usize,
    /// Delta updates that were applied and compared.
    pub deltas: usize,
    /// Hinted parts that were asked for before they existed.
    pub hints: usize,
    /// Hints that the next part did not fulfil, since a keyframe came earlier or later than planned.
    pub dropped_hints: usize,
    /// Longest that a blocking reload was held.
    pub longest_wait: Duration,
}

impl Report {
    /// Whether no rule was broken.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.playlists += other.playlists;
        self.parts += other.parts;
        self.segments += other.segments;
        self.deltas += other.deltas;
        self.hints += other.hints;
        self.dropped_hints += other.dropped_hints;
        self.longest_wait = self.longest_wait.max(other.longest_wait);
    }
}

impl fmt::Display for Report {
    /// The counts, then each broken rule with how often and up to three pieces of evidence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} findings in {} playlists, {} parts, {} segments, {} deltas, {} hints ({} dropped); longest wait {:?}",
            self.findings.len(),
            self.playlists,
            self.parts,
            self.segments,
            self.deltas,
            self.hints,
            self.dropped_hints,
            self.longest_wait,
        )?;
        let mut by_rule: BTreeMap<Rule, Vec<&Finding>> = BTreeMap::new();
        for finding in &self.findings {
            by_rule.entry(finding.rule).or_default().push(finding);
        }
        for findings in by_rule.values() {
            for finding in findings.iter().take(3) {
                writeln!(f, "- {finding}")?;
            }
            if findings.len() > 3 {
                writeln!(f, "  and {} more of this rule", findings.len() - 3)?;
            }
        }
        Ok(())
    }
}
