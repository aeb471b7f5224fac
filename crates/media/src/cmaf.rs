//! CMAF: the one-track fragmented MP4 that HLS and DASH share (ISO/IEC 23000-19 on 14496-12).
//!
//! An init segment carries the header of a track, each fragment (`moof` and `mdat`) some frames of
//! it. A segment is the concatenation of its fragments; an LL-HLS part is one or more of them.

mod boxes;
mod fragment;
mod init;

pub use fragment::{Sample, fragment};
pub use init::init_segment;
