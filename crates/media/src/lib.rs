//! Sans-IO media: frames, FLV and RTMP, bitstream headers, CMAF boxes and HLS playlists.
//!
//! Nothing here opens a socket, reads a clock or the environment: bytes and time come in as
//! arguments, bytes and events go out. All integers that measure time are ticks of a stated
//! timescale.

#![warn(missing_docs)]

pub mod aac;
pub mod amf0;
mod bits;
pub mod cmaf;
pub mod flv;
pub mod frame;
pub mod h264;
pub mod hls;
pub mod opus;
pub mod rtmp;

pub use bits::OutOfBits;
pub use frame::{CodecConfig, Frame, Picture, Sound, TrackKind};
