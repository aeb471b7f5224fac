//! HEVC decoder configurations, parameter sets and access units.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use media::{
    CodecConfig,
    cmaf::init_segment,
    hevc::{HevcConfig, has_irap},
};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(config) = HevcConfig::parse(Bytes::copy_from_slice(bytes)) {
        assert!((1..=16_384).contains(&config.width) && (1..=16_384).contains(&config.height));
        assert!(config.rfc6381().starts_with("hvc1."));
        assert!(!init_segment(&CodecConfig::Hevc(config), 1).is_empty());
    }
    if let Ok(config) = HevcConfig::from_parameter_sets(&[], bytes, &[]) {
        assert_eq!(HevcConfig::parse(config.record.clone()).as_ref(), Ok(&config));
    }
    for length_size in 1..=4 {
        has_irap(bytes, length_size);
    }
});
