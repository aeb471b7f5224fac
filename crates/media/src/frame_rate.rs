//! Frames per second as headers state them.

/// Frames per second as a fraction in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameRate {
    /// Frames.
    pub numerator: u32,
    /// Seconds that they take; never 0.
    pub denominator: u32,
}

impl FrameRate {
    /// The fraction in lowest terms; `None` where a part of it is 0.
    pub(crate) fn lowest(numerator: u32, denominator: u32) -> Option<Self> {
        let (numerator, denominator) = lowest_terms(numerator, denominator)?;
        Some(Self { numerator, denominator })
    }

    /// Frames per second as a floating point number.
    pub fn as_f64(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }
}

/// A fraction in lowest terms; `None` where a part of it is 0.
pub(crate) fn lowest_terms(numerator: u32, denominator: u32) -> Option<(u32, u32)> {
    if numerator == 0 || denominator == 0 {
        return None;
    }
    let divisor = greatest_common_divisor(numerator, denominator);
    Some((numerator / divisor, denominator / divisor))
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_in_lowest_terms() {
        let ntsc = FrameRate::lowest(60_000, 2_002).unwrap();
        assert_eq!((ntsc.numerator, ntsc.denominator), (30_000, 1_001));
        assert!((ntsc.as_f64() - 29.97).abs() < 0.001);
        assert_eq!(FrameRate::lowest(0, 1), None);
        assert_eq!(FrameRate::lowest(1, 0), None);
    }
}
