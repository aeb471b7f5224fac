//! MPEG-DASH (ISO/IEC 23009-1): a manifest of the same segments that HLS lists.
//!
//! Media time is the time of day since one moment, so that moment is the manifest's
//! `availabilityStartTime` and stays as long as the stream lives; a stretch of continuous media is a
//! `Period`. The segment that is being written is listed with the length that it is expected to
//! have, to be fetched while it grows (DASH-IF, *Low-latency Modes for DASH*).

mod duration;
mod manifest;
mod period;
#[cfg(test)]
mod tests;
mod xml;

pub use manifest::{Settings, manifest};
