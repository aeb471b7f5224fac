//! H.264 decoder configurations and access units; where another parser reads the same record, both
//! see the same picture.
#![no_main]

use bytes::Bytes;
use h264_reader::avcc::AvcDecoderConfigurationRecord;
use libfuzzer_sys::fuzz_target;
use media::{
    CodecConfig,
    cmaf::init_segment,
    h264::{AccessUnit, AvcConfig, has_idr},
};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(config) = AvcConfig::parse(Bytes::copy_from_slice(bytes)) {
        assert!((1..=16_384).contains(&config.width) && (1..=16_384).contains(&config.height));
        assert_eq!(config.rfc6381().len(), "avc1.64001f".len());
        if let Some(size) = size_in_other_parser(bytes) {
            assert_eq!((config.width, config.height), size);
        }
        assert!(!init_segment(&CodecConfig::H264(config), 1).is_empty());
    }
    for length_size in 1..=4 {
        if let Ok(unit) = AccessUnit::scan(bytes, length_size) {
            assert_eq!(unit.idr, has_idr(bytes, length_size));
        }
    }
});

fn size_in_other_parser(record: &[u8]) -> Option<(u32, u32)> {
    let record = AvcDecoderConfigurationRecord::try_from(record).ok()?;
    let context = record.create_context().ok()?;
    // Of several parameter sets the other parser keeps the last of each id, ours the first.
    let mut parameter_sets = context.sps();
    let first = parameter_sets.next()?;
    if record.num_of_sequence_parameter_sets() > 1 { None } else { first.pixel_dimensions().ok() }
}
