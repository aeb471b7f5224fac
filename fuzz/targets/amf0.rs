//! AMF0 values: what is read is written and read again to the same bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use media::amf0::{read_all, write_all};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(values) = read_all(bytes) {
        let written = write_all(&values);
        // Values are compared as bytes: NaN is a number here and not equal to itself.
        assert_eq!(read_all(&written).map(|values| write_all(&values)), Ok(written));
    }
});
