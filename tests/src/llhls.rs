//! A checker for Low-Latency HLS, from outside: it plays a running stream over HTTP and holds every
//! playlist, part and answer against draft-pantos-hls-rfc8216bis (section numbers of draft 22).
//!
//! It shares no code with the server under test: playlists are read by its own strict parser and
//! media by a foreign MP4 parser and by FFmpeg. Each rule is one [`Rule`], and each rule is itself
//! proven to fire by a test on a doctored playlist or answer.

mod attributes;
mod delivery;
mod delta;
#[cfg(test)]
mod doctored;
mod fetch;
mod finding;
mod follow;
mod media;
mod multivariant;
mod playlist;
mod probes;
mod progress;
mod standing;
mod stream;

pub use finding::{Finding, Report, Rule};
pub use stream::check;
