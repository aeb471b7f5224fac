//! Sans-IO media: frames, FLV and RTMP, bitstream headers, CMAF boxes and HLS and DASH manifests.
//!
//! Nothing here opens a socket, reads a clock or the environment: bytes and time come in as
//! arguments, bytes and events go out. All integers that measure time are ticks of a stated
//! timescale.

#![warn(missing_docs)]

pub mod aac;
pub mod amf0;
pub mod av1;
mod bits;
pub mod cmaf;
mod colour;
pub mod dash;
pub mod flv;
pub mod frame;
mod frame_rate;
pub mod h264;
pub mod hevc;
pub mod hls;
mod nal;
pub mod opus;
pub mod rtmp;
pub mod rtp;

pub use bits::OutOfBits;
pub use colour::{Colour, VideoRange};
pub use frame::{CodecConfig, Frame, Picture, Sound, TrackKind};
pub use frame_rate::FrameRate;
