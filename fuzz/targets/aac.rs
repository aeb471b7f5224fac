//! AAC headers.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use media::{CodecConfig, aac::AudioConfig, cmaf::init_segment};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(config) = AudioConfig::parse(Bytes::copy_from_slice(bytes)) {
        assert!(config.sample_rate > 0 && config.channels > 0);
        assert!(matches!(config.samples_per_frame, 960 | 1024));
        assert!(config.rfc6381().starts_with("mp4a.40."));
        assert!(!init_segment(&CodecConfig::Aac(config), 2).is_empty());
    }
});
