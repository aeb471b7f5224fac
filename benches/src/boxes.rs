//! The two figures that place a part on its timeline, from ISO BMFF boxes (ISO/IEC 14496-12).

/// Ticks per second, from `moov/trak/mdia/mdhd` of an initialization segment.
pub fn timescale(init: &[u8]) -> Option<u32> {
    let header = find(init, &[b"moov", b"trak", b"mdia", b"mdhd"])?;
    // Creation and modification time come first, in 64 bits each in version 1.
    let at = if *header.first()? == 1 { 20 } else { 12 };
    Some(u32::from_be_bytes(*header.get(at..)?.first_chunk()?))
}

/// `baseMediaDecodeTime` in ticks, from `moof/traf/tfdt` of a part.
pub fn decode_time(part: &[u8]) -> Option<u64> {
    let time = find(part, &[b"moof", b"traf", b"tfdt"])?;
    let value = time.get(4..)?;
    if *time.first()? == 1 {
        Some(u64::from_be_bytes(*value.first_chunk()?))
    } else {
        Some(u32::from_be_bytes(*value.first_chunk()?).into())
    }
}

/// The content of the first box at the end of `path`.
fn find<'a>(mut bytes: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    let (name, rest) = path.split_first()?;
    loop {
        let (size, kind) = bytes.first_chunk::<8>()?.split_first_chunk::<4>()?;
        let size = usize::try_from(u32::from_be_bytes(*size)).ok()?;
        if kind == *name {
            let content = bytes.get(8..size)?;
            return if rest.is_empty() { Some(content) } else { find(content, rest) };
        }
        bytes = bytes.get(size.max(8)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(name: [u8; 4], content: &[u8]) -> Vec<u8> {
        let size = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
        [&size[..], &name, content].concat()
    }

    #[test]
    fn finds_the_decode_time_in_both_versions() {
        let part = |tfdt: &[u8]| {
            let traf = [boxed(*b"tfhd", &[0; 8]), boxed(*b"tfdt", tfdt)].concat();
            let moof = [boxed(*b"mfhd", &[0; 8]), boxed(*b"traf", &traf)].concat();
            [boxed(*b"styp", b"msdh"), boxed(*b"moof", &moof)].concat()
        };
        assert_eq!(decode_time(&part(&[1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2])), Some((1 << 32) + 2));
        assert_eq!(decode_time(&part(&[0, 0, 0, 0, 0, 0, 0, 7])), Some(7));
        assert_eq!(decode_time(b"nonsense"), None);
    }

    #[test]
    fn finds_the_timescale() {
        let mdhd = [&[0_u8; 12][..], &90_000_u32.to_be_bytes(), &[0; 8]].concat();
        let mdia = boxed(*b"mdia", &boxed(*b"mdhd", &mdhd));
        let init = boxed(*b"moov", &boxed(*b"trak", &mdia));
        assert_eq!(timescale(&init), Some(90_000));
    }
}
