//! Bodies of audio and video messages: each packet that is read is written and read again to the
//! same packet.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use media::flv::{AudioPacket, VideoPacket, VideoTag};

fuzz_target!(|bytes: &[u8]| {
    let body = Bytes::copy_from_slice(bytes);
    for packet in VideoPacket::read(body.clone()).unwrap_or_default() {
        if let VideoTag::Frame { data, .. } = &packet.tag {
            assert!(data.len() < bytes.len());
        }
        assert_eq!(VideoPacket::read(packet.to_body()), Ok(vec![packet]));
    }
    for packet in AudioPacket::read(body).unwrap_or_default() {
        assert_eq!(AudioPacket::read(packet.to_body()), Ok(vec![packet]));
    }
});
