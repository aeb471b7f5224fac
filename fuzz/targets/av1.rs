//! AV1 configuration records and temporal units.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use media::{
    CodecConfig,
    av1::{Av1Config, has_key_frame, without_delimiters},
    cmaf::init_segment,
};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(config) = Av1Config::parse(Bytes::copy_from_slice(bytes)) {
        assert!((1..=65_536).contains(&config.width) && (1..=65_536).contains(&config.height));
        assert!(config.rfc6381().starts_with("av01."));
        assert!(!init_segment(&CodecConfig::Av1(config), 1).is_empty());
    }
    if let Ok(Some(config)) = Av1Config::from_temporal_unit(bytes) {
        assert_eq!(Av1Config::parse(config.record.clone()).as_ref(), Ok(&config));
    }
    let clean = without_delimiters(&Bytes::copy_from_slice(bytes));
    assert!(clean.len() <= bytes.len());
    assert_eq!(has_key_frame(&clean), has_key_frame(bytes));
});
