//! Exact conversion between ticks and microseconds.

/// Microseconds of `ticks` at `timescale` ticks per second, rounded down.
pub(crate) fn ticks_to_us(ticks: i64, timescale: u32) -> i64 {
    rescale(ticks, 1_000_000, i64::from(timescale.max(1)))
}

/// Ticks at `timescale` per second of `microseconds`, rounded down.
pub(crate) fn us_to_ticks(microseconds: i64, timescale: u32) -> i64 {
    rescale(microseconds, i64::from(timescale), 1_000_000)
}

/// `value * to / from` without overflow in between, saturating.
fn rescale(value: i64, to: i64, from: i64) -> i64 {
    let scaled = (i128::from(value) * i128::from(to)).div_euclid(i128::from(from));
    i64::try_from(scaled).unwrap_or(if scaled < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_and_never_overflows() {
        assert_eq!(ticks_to_us(90_000, 90_000), 1_000_000);
        assert_eq!(us_to_ticks(1_000_000, 48_000), 48_000);
        assert_eq!(ticks_to_us(-1, 90_000), -12);
        assert_eq!(us_to_ticks(i64::MAX, 90_000), us_to_ticks(i64::MAX, 90_000));
        assert_eq!(ticks_to_us(i64::MAX, 1), i64::MAX);
    }
}
