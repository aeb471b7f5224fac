//! Opus headers and packets.
#![no_main]

use libfuzzer_sys::fuzz_target;
use media::{
    CodecConfig,
    cmaf::init_segment,
    opus::{OpusConfig, packet_samples},
};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(config) = OpusConfig::parse_head(bytes) {
        assert!((1..=8).contains(&config.channels));
        assert_eq!(OpusConfig::parse_head(&config.to_head()).as_ref(), Ok(&config));
        assert!(!init_segment(&CodecConfig::Opus(config), 2).is_empty());
    }
    assert!(packet_samples(bytes).is_none_or(|samples| (1..=5_760).contains(&samples)));
});
