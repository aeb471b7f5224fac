//! What one frame says of itself, from the headers of its NAL units alone.

use super::H264Error;

/// NAL unit types of ISO/IEC 14496-10 table 7-1 that matter here.
mod nal_unit_type {
    pub(super) const SLICE: u8 = 1;
    pub(super) const SLICE_PARTITION_A: u8 = 2;
    pub(super) const IDR_SLICE: u8 = 5;
    pub(super) const SEI: u8 = 6;
}

/// `payloadType` of the recovery point SEI message (annex D).
const RECOVERY_POINT: u8 = 6;

/// The kinds of NAL unit in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccessUnit {
    /// There is a coded picture in it. A frame of parameter sets alone has none.
    pub picture: bool,
    /// The picture is an IDR picture: decoding may start here and nothing before it is needed.
    pub idr: bool,
    /// A recovery point is announced: decoding may start here, though pictures shown before this
    /// one may be broken (open GOP) or the first ones incomplete (gradual refresh).
    pub recovery_point: bool,
}

impl AccessUnit {
    /// Reads the headers of length-prefixed NAL units.
    ///
    /// Costs one step per NAL unit; the coded pictures are not looked into.
    pub fn scan(data: &[u8], nal_length_size: usize) -> Result<Self, H264Error> {
        let mut found = Self::default();
        for nal in nal_units(data, nal_length_size) {
            found.note(nal?);
        }
        Ok(found)
    }

    fn note(&mut self, nal: &[u8]) {
        match nal.first().map(|header| header & 0x1f) {
            Some(nal_unit_type::SLICE | nal_unit_type::SLICE_PARTITION_A) => self.picture = true,
            Some(nal_unit_type::IDR_SLICE) => {
                self.picture = true;
                self.idr = true;
            }
            // Encoders put the recovery point first, or alone, in its SEI NAL unit.
            Some(nal_unit_type::SEI) => {
                self.recovery_point |= nal.get(1) == Some(&RECOVERY_POINT);
            }
            _ => {}
        }
    }
}

/// Whether the frame is an IDR picture. A frame that is cut off counts up to the cut.
pub fn has_idr(data: &[u8], nal_length_size: usize) -> bool {
    nal_units(data, nal_length_size)
        .map_while(Result::ok)
        .any(|nal| nal.first().is_some_and(|header| header & 0x1f == nal_unit_type::IDR_SLICE))
}

/// The NAL units of a frame whose length fields are `nal_length_size` bytes long. After an error
/// there is nothing more.
pub fn nal_units(
    data: &[u8],
    nal_length_size: usize,
) -> impl Iterator<Item = Result<&[u8], H264Error>> {
    let length_size = nal_length_size.clamp(1, 4);
    let mut rest = data;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let unit = rest.split_at_checked(length_size).and_then(|(length, tail)| {
            let length = length.iter().fold(0, |value, &byte| value << 8 | usize::from(byte));
            tail.split_at_checked(length)
        });
        let (nal, tail) = unit.unzip();
        rest = tail.unwrap_or_default();
        Some(nal.ok_or(H264Error::Truncated))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_pictures_apart() {
        let delimiter = [0, 0, 0, 2, 9, 0xf0];
        let sei = [0, 0, 0, 3, 6, 6, 1];
        let idr = [0, 0, 0, 3, 0x65, 1, 2];
        let slice = [0, 0, 0, 3, 0x41, 1, 2];
        let scan = |units: &[&[u8]]| AccessUnit::scan(&units.concat(), 4).unwrap();
        let key = AccessUnit { picture: true, idr: true, recovery_point: false };
        assert_eq!(scan(&[&delimiter, &idr]), key);
        let open = AccessUnit { picture: true, idr: false, recovery_point: true };
        assert_eq!(scan(&[&delimiter, &sei, &slice]), open);
        assert_eq!(scan(&[&delimiter]), AccessUnit::default());
        assert!(has_idr(&[&delimiter[..], &idr].concat(), 4));
        assert!(!has_idr(&[&delimiter[..], &slice].concat(), 4));
    }

    #[test]
    fn refuses_a_length_past_the_end() {
        assert_eq!(AccessUnit::scan(&[0, 0, 0, 9, 0x65], 4), Err(H264Error::Truncated));
        assert_eq!(AccessUnit::scan(&[0, 0], 4), Err(H264Error::Truncated));
    }
}
