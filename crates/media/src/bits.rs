//! Reading of bit fields and Exp-Golomb codes, most significant bit first.

/// The bits ended before the value was complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("data ends in the middle of a value")]
pub struct OutOfBits;

/// A cursor over a byte string, counted in bits. Reading past the end is an error, never a panic.
#[derive(Debug, Clone)]
pub(crate) struct BitReader<'a> {
    data: &'a [u8],
    position: usize,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self { data, position: 0 }
    }

    /// The next `count` bits (at most 32) as an unsigned integer.
    pub(crate) fn bits(&mut self, count: u32) -> Result<u32, OutOfBits> {
        debug_assert!(count <= 32, "one read is at most 32 bits");
        (0..count).try_fold(0, |value, _| Ok(value << 1 | u32::from(self.flag()?)))
    }

    /// The next `count` bits (at most 8) as a byte.
    pub(crate) fn small(&mut self, count: u32) -> Result<u8, OutOfBits> {
        debug_assert!(count <= 8, "one small read is at most 8 bits");
        (0..count).try_fold(0, |value, _| Ok(value << 1 | u8::from(self.flag()?)))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, OutOfBits> {
        let byte = self.data.get(self.position / 8).ok_or(OutOfBits)?;
        let bit = byte >> (7 - self.position % 8) & 1;
        self.position += 1;
        Ok(bit == 1)
    }

    pub(crate) fn skip(&mut self, count: usize) -> Result<(), OutOfBits> {
        let end = self.position.checked_add(count).ok_or(OutOfBits)?;
        if end > self.data.len() * 8 {
            return Err(OutOfBits);
        }
        self.position = end;
        Ok(())
    }

    /// An unsigned Exp-Golomb code, `ue(v)` of ISO/IEC 14496-10 §9.1.
    pub(crate) fn ue(&mut self) -> Result<u32, OutOfBits> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return Err(OutOfBits);
            }
        }
        Ok((1_u32 << zeros) - 1 + self.bits(zeros)?)
    }

    /// A signed Exp-Golomb code, `se(v)` of ISO/IEC 14496-10 §9.1.1.
    pub(crate) fn se(&mut self) -> Result<i32, OutOfBits> {
        let code = self.ue()?;
        let magnitude = (code.div_ceil(2)).cast_signed();
        Ok(if code % 2 == 1 { magnitude } else { -magnitude })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_fields_and_golomb_codes() {
        // 101 | 1 | 010 | 011 | 00100 | 0 | 00010
        let mut reader = BitReader::new(&[0b1011_0100, 0b1100_1000, 0b0010_1000]);
        assert_eq!(reader.bits(3), Ok(5));
        assert_eq!(reader.ue(), Ok(0));
        assert_eq!(reader.ue(), Ok(1));
        assert_eq!(reader.se(), Ok(-1));
        assert_eq!(reader.ue(), Ok(3));
        assert_eq!(reader.skip(1), Ok(()));
        assert_eq!(reader.small(3), Ok(1));
        assert_eq!(reader.skip(6), Err(OutOfBits));
        assert_eq!(reader.skip(5), Ok(()));
        assert_eq!(reader.flag(), Err(OutOfBits));
    }

    #[test]
    fn refuses_a_golomb_code_that_never_ends() {
        assert_eq!(BitReader::new(&[0; 64]).ue(), Err(OutOfBits));
    }
}
