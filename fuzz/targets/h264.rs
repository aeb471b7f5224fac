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
    rtp::{self, MAX_PAYLOAD},
};

/// A record to cut frames up with.
const RECORD: &[u8] = include_bytes!("../seeds/h264/record-baseline");

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
        let scanned = AccessUnit::scan(bytes, length_size);
        if let Ok(unit) = scanned {
            assert_eq!(unit.idr, has_idr(bytes, length_size));
        }
        if let Ok(config) = AvcConfig::parse(Bytes::from_static(RECORD)) {
            let config = AvcConfig { nal_length_size: length_size, ..config };
            let payloads = rtp::h264::payloads(bytes, &config);
            assert_eq!(payloads.is_ok(), scanned.is_ok());
            let sound = |payload: &[u8]| (1..=MAX_PAYLOAD).contains(&payload.len());
            assert!(payloads.unwrap_or_default().iter().all(|payload| sound(payload)));
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
