//! HLS and Low-Latency HLS (RFC 8216bis): frames in, parts, segments and playlists out.
//!
//! A [`Packager`] takes the frames of one stream and keeps a rendition per
//! track. Whenever a part closes it renders that rendition's playlists **once** and hands out
//! an immutable [`Snapshot`]; every viewer is answered from the same bytes.

mod cadence;
pub mod clock;
mod keyframes;
mod lane;
mod learning;
mod live;
mod multivariant;
pub mod packager;
mod playlist;
pub mod reload;
mod rendition;
pub mod rung;
pub mod snapshot;

pub use packager::{Changes, Packager, Settings};
pub use rung::Rung;
pub use snapshot::{Encoded, Part, Segment, Snapshot};

/// The name of the rendition of the source's picture.
pub const VIDEO: &str = "video";
/// The name of the rendition of the source's sound.
pub const AUDIO: &str = "audio";

#[cfg(test)]
mod tests;
