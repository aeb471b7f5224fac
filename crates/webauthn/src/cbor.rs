//! As much of CBOR (RFC 8949) as authenticators use: definite lengths only.

/// Reads one item after another.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

/// Major types.
const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Enters a map; gives the number of its pairs.
    pub(crate) fn map(&mut self) -> Option<u64> {
        self.of(MAP)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = self.of(TEXT)?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.of(BYTES)?;
        self.take(length)
    }

    pub(crate) fn integer(&mut self) -> Option<i64> {
        let (major, value) = self.head()?;
        let value = i64::try_from(value).ok()?;
        match major {
            UNSIGNED => Some(value),
            NEGATIVE => Some(-1 - value),
            _ => None,
        }
    }

    /// Passes over one item with all that is in it.
    pub(crate) fn skip(&mut self) -> Option<()> {
        let mut pending: u64 = 1;
        while pending > 0 {
            pending -= 1;
            let (major, value) = self.head()?;
            match major {
                BYTES | TEXT => drop(self.take(value)?),
                ARRAY => pending = pending.checked_add(value)?,
                MAP => pending = pending.checked_add(value.checked_mul(2)?)?,
                TAG => pending = pending.checked_add(1)?,
                _ => {}
            }
        }
        Some(())
    }

    fn of(&mut self, expected: u8) -> Option<u64> {
        let (major, value) = self.head()?;
        (major == expected).then_some(value)
    }

    fn head(&mut self) -> Option<(u8, u64)> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        let (major, info) = (first >> 5, first & 0x1f);
        let value = match info {
            0..=23 => u64::from(info),
            24..=27 => {
                let bytes = self.take(1 << (info - 24))?;
                bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
            }
            // Reserved, or of a length that only the end tells.
            _ => return None,
        };
        Some((major, value))
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::Reader;

    #[test]
    fn items_are_read_one_after_another() {
        // {1: 2, 3: -7, "a": [h'0102', {"b": 1.5}], -1: 65536}
        let bytes = b"\xa4\x01\x02\x03\x26\x61a\x82\x42\x01\x02\xa1\x61b\xf9\x3e\x00\x20\x1a\x00\x01\x00\x00!";
        let mut reader = Reader::new(bytes);
        assert_eq!(reader.map(), Some(4));
        assert_eq!((reader.integer(), reader.integer()), (Some(1), Some(2)));
        assert_eq!((reader.integer(), reader.integer()), (Some(3), Some(-7)));
        assert_eq!((reader.text(), reader.skip()), (Some("a"), Some(())));
        assert_eq!((reader.integer(), reader.integer()), (Some(-1), Some(65_536)));
        assert_eq!(reader.rest(), b"!");
    }

    #[test]
    fn what_is_cut_off_or_endless_is_refused() {
        let cases: [&[u8]; 8] = [
            b"",
            b"\x42\x01",
            b"\x18",
            b"\x5f\x41\x01\xff",
            b"\x9f\xff",
            b"\x1c",
            b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        ];
        for bytes in cases {
            assert_eq!(Reader::new(bytes).skip(), None, "{bytes:x?}");
        }
        // Nested deeper than a stack: it is counted, not descended into.
        assert_eq!(Reader::new(&vec![0x81; 100_000]).skip(), None);
    }
}
