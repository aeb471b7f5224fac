//! Timestamps that do not wrap.

/// A step this near to 2³¹ ms is the wrap of an encoder that has 31 bits.
const WRAP_MARGIN_MS: i32 = 60_000;

/// Unwraps 32-bit millisecond timestamps, which wrap after 49.7 days, to 64 bits.
///
/// Each timestamp is taken to be the one nearest to the last, so that the interleaved timestamps
/// of audio and video may go back and forth across a wrap. FFmpeg leaves the top bit out and wraps
/// after 24.8 days.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// The last timestamp, and its unwrapped form.
    last: Option<(u32, u64)>,
}

impl Clock {
    /// The unwrapped form of `timestamp`.
    pub(super) fn unwrap(&mut self, timestamp: u32) -> u64 {
        let unwrapped = match self.last {
            None => timestamp.into(),
            Some((last, unwrapped)) => {
                let difference = timestamp.wrapping_sub(last);
                let in_32_bits = difference.cast_signed();
                let in_31_bits = (difference << 1).cast_signed() >> 1;
                let wraps_early = in_31_bits.abs() < WRAP_MARGIN_MS;
                let step = if wraps_early { in_31_bits } else { in_32_bits };
                // Before zero there is no nearer one: a publisher that restarts its clock.
                unwrapped.checked_add_signed(step.into()).unwrap_or(timestamp.into())
            }
        };
        self.last = Some((timestamp, unwrapped));
        unwrapped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_past_32_bits_with_tracks_interleaved() {
        let mut clock = Clock::default();
        let wrapped = [u32::MAX - 20, u32::MAX, u32::MAX - 10, 5, u32::MAX - 3, 30, 10];
        let unwrapped = wrapped.map(|timestamp| clock.unwrap(timestamp));
        let wrap = 1_u64 << 32;
        assert_eq!(
            unwrapped,
            [wrap - 21, wrap - 1, wrap - 11, wrap + 5, wrap - 4, wrap + 30, wrap + 10]
        );
    }

    #[test]
    fn goes_on_past_31_bits_with_tracks_interleaved() {
        let mut clock = Clock::default();
        let top = (1 << 31) - 1;
        let wrapped = [top - 20, top, top - 10, 5, top - 3, 30, 10, 5000, top - 7];
        let unwrapped = wrapped.map(|timestamp| clock.unwrap(timestamp));
        let wrap = 1_u64 << 31;
        let expected = [wrap - 21, wrap - 1, wrap - 11, wrap + 5, wrap - 4, wrap + 30, wrap + 10];
        assert_eq!(unwrapped[..7], expected);
        assert_eq!(unwrapped[7..], [wrap + 5000, wrap - 8]);
    }

    #[test]
    fn wraps_again_and_again() {
        let mut clock = Clock::default();
        for turn in 0..5_u64 {
            for quarter in 0..4_u32 {
                let expected = (turn << 32) + (u64::from(quarter) << 30);
                assert_eq!(clock.unwrap(quarter << 30), expected);
            }
        }
    }

    #[test]
    fn a_step_back_is_a_step_back() {
        let mut clock = Clock::default();
        assert_eq!(clock.unwrap(5000), 5000);
        assert_eq!(clock.unwrap(4000), 4000);
        assert_eq!(clock.unwrap(0), 0);
        assert_eq!(clock.unwrap(u32::MAX), u64::from(u32::MAX));
    }
}
