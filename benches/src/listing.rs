//! What a media playlist lists, and whether a reload continues the one before (RFC 8216bis, §6.2.2).

use std::{collections::BTreeMap, time::Duration};

use anyhow::Context as _;

use crate::part::Position;

/// A media playlist as a player keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// `EXT-X-MEDIA-SEQUENCE`.
    pub media_sequence: u64,
    /// `EXT-X-DISCONTINUITY-SEQUENCE`.
    pub discontinuity_sequence: u64,
    /// The discontinuity sequence number of each segment listed, the open one included, by its
    /// media sequence number.
    pub eras: BTreeMap<u64, u64>,
    /// The parts listed, oldest first.
    pub parts: Vec<Part>,
    /// The initialization segment of the newest part, relative to the playlist.
    pub init: Option<String>,
    /// Whether there is an `EXT-X-ENDLIST`.
    pub ended: bool,
}

/// A listed part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Where it stands.
    pub position: Position,
    /// How long it says it is.
    pub duration: Duration,
}

impl Listing {
    /// Reads a playlist whose segments are named `<folder>/<media sequence number>.m4s` and whose
    /// parts are named `<folder>/<media sequence number>.<index>.m4s`.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let number = |name: &str| -> anyhow::Result<u64> {
            let value = text.lines().find_map(|line| line.strip_prefix(name));
            value.and_then(|value| value.parse().ok()).with_context(|| format!("no {name}"))
        };
        let media_sequence = number("#EXT-X-MEDIA-SEQUENCE:")?;
        let discontinuity_sequence = number("#EXT-X-DISCONTINUITY-SEQUENCE:")?;
        let mut listing = Self {
            media_sequence,
            discontinuity_sequence,
            eras: BTreeMap::new(),
            parts: Vec::new(),
            init: None,
            ended: text.lines().any(|line| line == "#EXT-X-ENDLIST"),
        };
        let mut era = discontinuity_sequence;
        for line in text.lines() {
            if line == "#EXT-X-DISCONTINUITY" {
                era += 1;
            } else if line.starts_with("#EXT-X-MAP:") {
                listing.init = quoted_uri(line).map(str::to_owned);
            } else if line.starts_with("#EXT-X-PART:") {
                let part = part(line).with_context(|| format!("cannot read {line}"))?;
                listing.eras.insert(part.position.msn, era);
                listing.parts.push(part);
            } else if !line.is_empty() && !line.starts_with('#') {
                let msn = stem(line).and_then(|name| name.parse().ok());
                listing.eras.insert(msn.with_context(|| format!("{line} has no number"))?, era);
            }
        }
        Ok(listing)
    }

    /// What in this playlist contradicts itself or the one seen `before`; empty when it continues.
    pub fn breaks(&self, before: Option<&Self>) -> Vec<String> {
        let mut breaks = Vec::new();
        for (expected, msn) in (self.media_sequence..).zip(self.eras.keys()) {
            if *msn != expected {
                breaks.push(format!("segment {msn} is listed as number {expected}"));
                break;
            }
        }
        let Some(before) = before else { return breaks };
        let sequences = [
            ("EXT-X-MEDIA-SEQUENCE", before.media_sequence, self.media_sequence),
            (
                "EXT-X-DISCONTINUITY-SEQUENCE",
                before.discontinuity_sequence,
                self.discontinuity_sequence,
            ),
        ];
        for (name, from, to) in sequences {
            if to < from {
                breaks.push(format!("{name} went back from {from} to {to}"));
            }
        }
        for (msn, to) in &self.eras {
            if let Some(from) = before.eras.get(msn).filter(|from| *from != to) {
                breaks.push(format!("segment {msn} moved from discontinuity {from} to {to}"));
            }
        }
        let newest = |listing: &Self| listing.eras.last_key_value().map(|(msn, _)| *msn);
        if newest(self) < newest(before) {
            breaks.push("the newest segment is older than before".to_owned());
        }
        breaks
    }
}

fn part(line: &str) -> Option<Part> {
    let (msn, index) = stem(quoted_uri(line)?)?.split_once('.')?;
    let (_, duration) = line.split_once("DURATION=")?;
    let duration: f64 = duration.split(',').next()?.parse().ok()?;
    Some(Part {
        position: Position { msn: msn.parse().ok()?, part: index.parse().ok()? },
        duration: Duration::try_from_secs_f64(duration).ok()?,
    })
}

fn quoted_uri(line: &str) -> Option<&str> {
    line.split_once("URI=\"")?.1.split('"').next()
}

/// `9.8` of `video/9.8.m4s`.
fn stem(uri: &str) -> Option<&str> {
    uri.rsplit('/').next()?.strip_suffix(".m4s")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:8\n#EXT-X-DISCONTINUITY-SEQUENCE:3\n\
        #EXT-X-MAP:URI=\"video/init-0.mp4\"\n#EXTINF:2,\nvideo/8.m4s\n";
    const NEXT: &str = "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"video/init-1.mp4\"\n\
        #EXT-X-PART:DURATION=0.2,URI=\"video/9.0.m4s\",INDEPENDENT=YES\n";

    fn listing(text: &str) -> Listing {
        Listing::parse(text).unwrap()
    }

    #[test]
    fn reads_segments_parts_and_discontinuities() {
        let read = listing(&format!("{HEAD}{NEXT}"));
        assert_eq!((read.media_sequence, read.discontinuity_sequence), (8, 3));
        assert_eq!(read.eras, BTreeMap::from([(8, 3), (9, 4)]));
        let position = Position { msn: 9, part: 0 };
        assert_eq!(read.parts, [Part { position, duration: Duration::from_millis(200) }]);
        assert_eq!(read.init.as_deref(), Some("video/init-1.mp4"));
        assert!(!read.ended && listing(&format!("{HEAD}#EXT-X-ENDLIST")).ended);
        assert!(Listing::parse("#EXTM3U\n").is_err());
    }

    #[test]
    fn a_window_that_moves_on_continues() {
        let (before, after) = (listing(HEAD), listing(&format!("{HEAD}{NEXT}")));
        assert!(after.breaks(Some(&before)).is_empty());
        let moved = "#EXT-X-MEDIA-SEQUENCE:9\n#EXT-X-DISCONTINUITY-SEQUENCE:4\nvideo/9.m4s\n";
        assert!(listing(moved).breaks(Some(&after)).is_empty());
    }

    #[test]
    fn going_back_and_renumbering_are_breaks() {
        let before = listing(&format!("{HEAD}{NEXT}"));
        let back = "#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-DISCONTINUITY-SEQUENCE:2\nvideo/7.m4s\n";
        assert_eq!(listing(back).breaks(Some(&before)).len(), 3);
        // The window moved past a discontinuity that was never counted.
        let forgot = "#EXT-X-MEDIA-SEQUENCE:9\n#EXT-X-DISCONTINUITY-SEQUENCE:3\nvideo/9.m4s\n";
        let breaks = listing(forgot).breaks(Some(&before));
        assert_eq!(breaks, ["segment 9 moved from discontinuity 4 to 3"]);
        let hole = "#EXT-X-MEDIA-SEQUENCE:9\n#EXT-X-DISCONTINUITY-SEQUENCE:4\nvideo/10.m4s\n";
        assert_eq!(listing(hole).breaks(None), ["segment 10 is listed as number 9"]);
    }
}
