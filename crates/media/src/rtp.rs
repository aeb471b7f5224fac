//! RTP payload formats: coded frames cut into payloads, and payloads put together again.
//!
//! Only payloads are made here; headers, sequence numbers and encryption belong to whoever sends.
//! Payloads of one frame are the same for every receiver, so they are made once and shared.

pub mod h264;

/// Bytes of one payload at most. With RTP header, header extensions and the tag of SRTP a packet
/// stays below 1,200 bytes, which passes through every tunnel that is met in practice.
pub const MAX_PAYLOAD: usize = 1_150;
