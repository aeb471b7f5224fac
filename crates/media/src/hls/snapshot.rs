//! What the packager publishes: immutable views that any number of viewers are answered from.

use std::{io::Write as _, sync::Arc};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};

use crate::{CodecConfig, TrackKind};

/// A text in the two encodings viewers ask for, compressed once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Encoded {
    /// UTF-8.
    pub plain: Bytes,
    /// The same, gzip-compressed.
    pub gzip: Bytes,
}

impl Encoded {
    /// Takes a rendered text and compresses it.
    pub fn new(text: String) -> Self {
        let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 3), Compression::fast());
        // Writing into memory has no way to fail; were it to, the plain form serves both.
        let gzip = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
        let plain = Bytes::from(text);
        let gzip = gzip.map_or_else(|_| plain.clone(), Bytes::from);
        Self { plain, gzip }
    }
}

/// One partial segment: a CMAF chunk (`moof` + `mdat`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Ticks of the rendition's timescale.
    pub duration: u64,
    /// Whether it starts with a frame that decoding may start at.
    pub independent: bool,
    /// The chunk; empty for a gap, where media was expected and did not come.
    pub bytes: Bytes,
}

impl Part {
    /// Whether nothing is there to be fetched (`GAP=YES`).
    pub fn is_gap(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// One media segment; its bytes are those of its parts in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Media sequence number.
    pub msn: u64,
    /// Discontinuity sequence number.
    pub discontinuity_sequence: u64,
    /// Whether it does not continue the one before it (`EXT-X-DISCONTINUITY`).
    pub discontinuity: bool,
    /// Number of the initialization segment it needs.
    pub init: u32,
    /// Media time at which its first frame is shown, ticks.
    pub start: i64,
    /// The same of the first segment of this stretch of continuous media.
    pub stretch: i64,
    /// Wall-clock time of `start`, microseconds since 1970 UTC.
    pub program_date_time: i64,
    /// The parts, all of them once the segment is complete.
    pub parts: Vec<Part>,
}

impl Segment {
    /// Sum of the parts, in ticks.
    pub fn duration(&self) -> u64 {
        self.parts.iter().map(|part| part.duration).sum()
    }

    /// Bytes of all parts together.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.bytes.len()).sum()
    }

    /// Whether media is missing in it (`EXT-X-GAP`).
    pub fn is_gap(&self) -> bool {
        self.parts.iter().any(Part::is_gap)
    }

    /// Whether it has no part yet.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// One initialization segment (`EXT-X-MAP`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Init {
    /// Counts up within the rendition.
    pub number: u32,
    /// `ftyp` + `moov`.
    pub bytes: Bytes,
    /// What it was made from.
    pub config: Arc<CodecConfig>,
}

/// One rendition at one moment: its playlists and everything they, or recent ones, refer to.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The name of its playlist and of its folder.
    pub name: Arc<str>,
    /// What it carries.
    pub kind: TrackKind,
    /// Ticks per second of all durations here.
    pub timescale: u32,
    /// Ticks a frame lasts.
    pub frame_duration: u64,
    /// Bits per second over everything that is kept.
    pub bitrate: u64,
    /// Initialization segments still referred to, oldest first.
    pub inits: Vec<Init>,
    /// Complete segments, oldest first: the listed ones and those recently delisted.
    pub segments: Vec<Arc<Segment>>,
    /// How many of them were delisted.
    pub delisted: usize,
    /// The segment being written; may have no part yet.
    pub open: Arc<Segment>,
    /// Media sequence number and index of the part that is expected next
    /// (`EXT-X-PRELOAD-HINT`): one of the open segment, or the first of the one after it.
    pub hint: (u64, usize),
    /// Whether nothing will be added any more (`EXT-X-ENDLIST`).
    pub ended: bool,
    /// `EXT-X-TARGETDURATION`, seconds.
    pub target_duration: u32,
    /// `EXT-X-PART-INF:PART-TARGET`, microseconds.
    pub part_target: u64,
    /// The whole playlist.
    pub playlist: Encoded,
    /// The playlist delta update (`_HLS_skip=YES`).
    pub delta: Encoded,
}

impl Snapshot {
    /// The segments that are listed, oldest first, with the one being written once it has a part.
    pub fn listed(&self) -> impl DoubleEndedIterator<Item = &Arc<Segment>> {
        let complete = self.segments.get(self.delisted..).unwrap_or_default();
        complete.iter().chain(Some(&self.open).filter(|open| !open.is_empty()))
    }

    /// The segment with this number, complete or open.
    pub fn segment(&self, msn: u64) -> Option<&Arc<Segment>> {
        if msn == self.open.msn {
            return Some(&self.open);
        }
        let first = self.segments.first()?.msn;
        self.segments.get(usize::try_from(msn.checked_sub(first)?).ok()?)
    }

    /// Media sequence number and part index of the newest part.
    pub fn last_part(&self) -> Option<(u64, usize)> {
        let segment =
            if self.open.is_empty() { self.segments.last()?.as_ref() } else { self.open.as_ref() };
        Some((segment.msn, segment.parts.len().checked_sub(1)?))
    }

    /// The initialization segment with this number.
    pub fn init(&self, number: u32) -> Option<&Init> {
        self.inits.iter().find(|init| init.number == number)
    }
}
