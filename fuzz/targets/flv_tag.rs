//! Bodies of audio and video messages: what is read is written and read again to the same tag.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use media::flv::{AudioTag, VideoTag};

fuzz_target!(|bytes: &[u8]| {
    let body = Bytes::copy_from_slice(bytes);
    if let Ok(tag) = VideoTag::parse(body.clone()) {
        assert_eq!(VideoTag::parse(tag.to_body()), Ok(tag));
    }
    if let Ok(tag) = AudioTag::parse(body)
        && let Some(body) = tag.to_body()
    {
        assert_eq!(AudioTag::parse(body), Ok(tag));
    }
});
