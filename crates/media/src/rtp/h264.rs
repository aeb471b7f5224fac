//! H.264 payloads, RFC 6184, packetization mode 1.

use std::sync::Arc;

use super::MAX_PAYLOAD;
use crate::h264::{AvcConfig, H264Error, nal_units};

/// `nal_unit_type` of an IDR slice.
const IDR_SLICE: u8 = 5;
/// `nal_unit_type` of a sequence parameter set.
const SPS: u8 = 7;
/// `nal_unit_type` of an access unit delimiter, which RTP needs not: the marker bit says it.
const DELIMITER: u8 = 9;
/// `nal_unit_type` of filler, which only fills.
const FILLER: u8 = 12;
/// Type of a payload that holds several NAL units (§5.7.1).
const STAP_A: u8 = 24;
/// Type of a payload that holds a piece of a NAL unit (§5.8).
const FU_A: u8 = 28;
/// `F` and `NRI` of a NAL unit header.
const REFERENCE_BITS: u8 = 0xe0;
/// `nal_unit_type` of a NAL unit header.
const TYPE_BITS: u8 = 0x1f;
/// Bytes of the FU indicator and header.
const FU_HEADER: usize = 2;

/// Cuts a frame of length-prefixed NAL units into payloads.
///
/// The parameter sets of `config` go before an IDR picture that does not bring its own, so that a
/// receiver can begin there. All pieces of a large NAL unit but the last are equally long, which
/// lets the kernel cut them apart again.
pub fn payloads(data: &[u8], config: &AvcConfig) -> Result<Vec<Arc<[u8]>>, H264Error> {
    let mut out = Payloads::default();
    let mut parameters_sent = false;
    for nal in nal_units(data, config.nal_length_size) {
        let nal = nal?;
        let Some(header) = nal.first() else { continue };
        match header & TYPE_BITS {
            DELIMITER | FILLER => continue,
            SPS => parameters_sent = true,
            IDR_SLICE if !parameters_sent => {
                parameters_sent = true;
                for parameter_set in config.parameter_sets() {
                    out.add(parameter_set);
                }
            }
            _ => {}
        }
        out.add(nal);
    }
    out.flush();
    Ok(out.done)
}

#[derive(Debug, Default)]
struct Payloads<'a> {
    done: Vec<Arc<[u8]>>,
    /// NAL units that may share a payload.
    small: Vec<&'a [u8]>,
}

impl<'a> Payloads<'a> {
    fn add(&mut self, nal: &'a [u8]) {
        if nal.len() > MAX_PAYLOAD {
            self.flush();
            self.fragment(nal);
            return;
        }
        let aggregated: usize = self.small.iter().map(|nal| nal.len() + 2).sum();
        if 1 + aggregated + nal.len() + 2 > MAX_PAYLOAD {
            self.flush();
        }
        self.small.push(nal);
    }

    fn flush(&mut self) {
        match self.small.as_slice() {
            [] => {}
            [alone] => self.done.push(Arc::from(*alone)),
            several => self.done.push(aggregate(several)),
        }
        self.small.clear();
    }

    fn fragment(&mut self, nal: &[u8]) {
        let Some((&header, body)) = nal.split_first() else { return };
        let pieces = body.chunks(MAX_PAYLOAD - FU_HEADER);
        let last = pieces.len() - 1;
        for (index, piece) in pieces.enumerate() {
            let start = if index == 0 { 0x80 } else { 0 };
            let end = if index == last { 0x40 } else { 0 };
            let mut payload = Vec::with_capacity(FU_HEADER + piece.len());
            payload.push(header & REFERENCE_BITS | FU_A);
            payload.push(start | end | header & TYPE_BITS);
            payload.extend_from_slice(piece);
            self.done.push(payload.into());
        }
    }
}

fn aggregate(nals: &[&[u8]]) -> Arc<[u8]> {
    let importance = nals.iter().filter_map(|nal| nal.first()).map(|header| header & 0x60).max();
    let mut payload = vec![importance.unwrap_or(0) | STAP_A];
    for nal in nals {
        // Each fits a payload, so its length fits the field.
        let length = u16::try_from(nal.len()).unwrap_or(u16::MAX);
        payload.extend_from_slice(&length.to_be_bytes());
        payload.extend_from_slice(nal);
    }
    payload.into()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn config() -> AvcConfig {
        AvcConfig::parse(Bytes::from_static(&[
            0x01, 0x64, 0x00, 0x1f, 0xff, 0xe1, 0x00, 0x1a, 0x67, 0x64, 0x00, 0x1f, 0xac, 0xd9,
            0x40, 0x50, 0x05, 0xbb, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00, 0x00, 0x03,
            0x03, 0xc0, 0xf1, 0x83, 0x19, 0x60, 0x01, 0x00, 0x06, 0x68, 0xeb, 0xe3, 0xcb, 0x22,
            0xc0, 0xfd, 0xf8, 0xf8, 0x00,
        ]))
        .unwrap()
    }

    fn unit(nals: &[&[u8]]) -> Vec<u8> {
        let mut data = Vec::new();
        for nal in nals {
            data.extend_from_slice(&u32::try_from(nal.len()).unwrap().to_be_bytes());
            data.extend_from_slice(nal);
        }
        data
    }

    #[test]
    fn a_keyframe_is_preceded_by_its_parameter_sets() {
        let sent = payloads(&unit(&[&[9, 0xf0], &[0x65; 100]]), &config()).unwrap();
        let [one] = &sent[..] else { panic!("{} payloads", sent.len()) };
        assert_eq!(one[0], 0x60 | STAP_A);
        assert_eq!((one[1], one[2], one[3]), (0, 0x1a, 0x67), "the sequence parameter set first");
        assert!(one.ends_with(&[0x65; 100]));

        let own = unit(&[&[0x67, 1], &[0x68, 2], &[0x65; 100]]);
        let sent = payloads(&own, &config()).unwrap();
        assert_eq!(sent[0][..6], [0x60 | STAP_A, 0, 2, 0x67, 1, 0], "it brings its own");
    }

    #[test]
    fn a_large_picture_is_cut_into_equal_pieces() {
        let nal: Vec<u8> =
            (0..5_000_u32).map(|n| if n == 0 { 0x41 } else { n.to_le_bytes()[0] }).collect();
        let sent = payloads(&unit(&[&nal]), &config()).unwrap();
        assert_eq!(sent.len(), 5);
        assert!(sent[..4].iter().all(|payload| payload.len() == MAX_PAYLOAD));
        assert_eq!(sent[0][..2], [0x40 | FU_A, 0x81]);
        assert_eq!(sent[1][..2], [0x40 | FU_A, 0x01]);
        assert_eq!(sent[4][..2], [0x40 | FU_A, 0x41]);
        let body: Vec<u8> = sent.iter().flat_map(|payload| payload[2..].to_vec()).collect();
        assert_eq!(body, nal[1..]);
    }

    #[test]
    fn small_units_share_a_payload_and_fillers_are_left_out() {
        let sent =
            payloads(&unit(&[&[6, 5, 1], &[12; 900], &[0x41; 600], &[0x41; 700]]), &config());
        let sent = sent.unwrap();
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[0].len(), 1 + 2 + 3 + 2 + 600);
        assert_eq!(sent[1][..], [0x41; 700]);
        assert_eq!(payloads(&[0, 0, 0, 9, 1], &config()), Err(H264Error::Truncated));
    }
}
