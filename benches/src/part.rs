//! The parts that a media playlist lists, as a player without any frills reads them.

/// A rendition of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rendition {
    /// Pictures.
    Video,
    /// Sound.
    Audio,
}

impl Rendition {
    /// The name of its playlist without the ending, and of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Audio => "audio",
        }
    }
}

/// Where a part stands in its rendition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Media sequence number of its segment.
    pub msn: u64,
    /// Index in the segment.
    pub part: u64,
}

impl Position {
    /// Reads `video/<msn>.<part>.m4s`.
    fn of_uri(uri: &str) -> Option<Self> {
        let name = uri.rsplit('/').next()?.strip_suffix(".m4s")?;
        let (msn, part) = name.split_once('.')?;
        Some(Self { msn: msn.parse().ok()?, part: part.parse().ok()? })
    }
}

/// The parts listed behind `known`, oldest first; all of them where nothing is known.
pub fn behind(playlist: &str, known: Option<Position>) -> Vec<Position> {
    let uris = playlist.lines().rev().filter(|line| line.starts_with("#EXT-X-PART:"));
    let positions = uris.filter_map(uri).filter_map(Position::of_uri);
    let mut fresh: Vec<Position> =
        positions.take_while(|position| known.is_none_or(|known| *position > known)).collect();
    fresh.reverse();
    fresh
}

/// The part that the preload hint names: what to ask for next.
pub fn hinted(playlist: &str) -> Option<Position> {
    let line = playlist.lines().rev().find(|line| line.starts_with("#EXT-X-PRELOAD-HINT:"))?;
    Position::of_uri(uri(line)?)
}

fn uri(line: &str) -> Option<&str> {
    let (_, tail) = line.split_once("URI=\"")?;
    tail.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_new_and_what_comes() {
        let playlist = "#EXT-X-PART:DURATION=0.2,URI=\"video/9.8.m4s\"\n#EXTINF:2,\nvideo/9.m4s\n\
            #EXT-X-PART:DURATION=0.2,URI=\"video/10.0.m4s\",INDEPENDENT=YES\n\
            #EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"video/10.1.m4s\"\n";
        let at = |msn, part| Position { msn, part };
        assert_eq!(hinted(playlist), Some(at(10, 1)));
        assert_eq!(behind(playlist, Some(at(9, 8))), [at(10, 0)]);
        assert_eq!(behind(playlist, None), [at(9, 8), at(10, 0)]);
    }
}
