//! Undoes the millisecond rounding of RTMP timestamps.
//!
//! RTMP carries whole milliseconds, so a 30 fps source arrives as 33, 33, 34 … Snapping each
//! timestamp to the source's own grid makes sample durations exact, which lets a part be closed
//! the moment its last frame arrives: the duration of that frame is known without its successor.

/// Frame rates encoders are set to, as (numerator, denominator).
const STANDARD_RATES: [(i64, i64); 14] = [
    (24_000, 1_001),
    (24, 1),
    (25, 1),
    (30_000, 1_001),
    (30, 1),
    (48, 1),
    (50, 1),
    (60_000, 1_001),
    (60, 1),
    (120, 1),
    (15, 1),
    (12, 1),
    (10, 1),
    (5, 1),
];

/// Snaps timestamps of one track to multiples of its frame duration.
#[derive(Debug, Clone)]
pub(super) struct Cadence {
    step: i64,
    tolerance: i64,
    last: Option<i64>,
}

impl Cadence {
    /// A cadence of `step` ticks per frame; timestamps within `tolerance` ticks of the grid snap
    /// to it, others start a new grid.
    pub(super) fn new(step: i64, tolerance: i64) -> Self {
        Self { step: step.max(1), tolerance, last: None }
    }

    /// Ticks a frame lasts.
    pub(super) fn step(&self) -> i64 {
        self.step
    }

    /// The timestamp to use for a frame that came with `ticks`, or `None` when it does not move
    /// time forward and the frame must be dropped.
    pub(super) fn snap(&mut self, ticks: i64) -> Option<i64> {
        let snapped = match self.last {
            None => ticks,
            Some(last) => {
                let frames = divide_rounding(ticks - last, self.step).max(1);
                let candidate = last + frames * self.step;
                if (ticks - candidate).abs() <= self.tolerance { candidate } else { ticks }
            }
        };
        if self.last.is_some_and(|last| snapped <= last) {
            return None;
        }
        self.last = Some(snapped);
        Some(snapped)
    }

    /// An interval, such as a composition offset, freed of the same rounding.
    pub(super) fn snap_interval(&self, ticks: i64) -> i64 {
        let multiple = divide_rounding(ticks, self.step) * self.step;
        if (ticks - multiple).abs() <= self.tolerance { multiple } else { ticks }
    }

    /// Forgets the grid: the next timestamp is taken as it comes.
    pub(super) fn restart(&mut self) {
        self.last = None;
    }
}

/// Ticks per frame at `timescale` of a source whose frames came at `timestamps` (in order, ticks):
/// that of the rate the bitstream claims as (numerator, denominator) or else of the nearest
/// standard rate, where the average bears it out; else the average. `None` for fewer than two
/// frames.
pub(super) fn frame_duration(
    timestamps: &[i64],
    timescale: u32,
    claimed: Option<(i64, i64)>,
) -> Option<i64> {
    let mut steps: Vec<i64> = timestamps.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    let usual = *steps.get(steps.len() / 2).filter(|step| **step > 0)?;
    // Pauses, as between the turns of a looped file, say nothing of the rate.
    steps.retain(|step| (step - usual).abs() * 4 <= usual);
    let span: i64 = steps.iter().sum();
    let intervals = i64::try_from(steps.len()).ok()?;
    let timescale = i64::from(timescale);
    // How far the timestamps are from a rate, in 1/10,000 of it.
    let error = |(numerator, denominator): (i64, i64)| {
        let expected = timescale * denominator * intervals;
        (span * numerator - expected).abs() * 10_000 / expected.max(1)
    };
    let claimed = claimed.filter(|rate| rate.0 > 0 && rate.1 > 0 && error(*rate) <= 100);
    let standard = || STANDARD_RATES.into_iter().min_by_key(|rate| error(*rate));
    let rate = claimed.or_else(standard).filter(|rate| error(*rate) <= 100);
    Some(match rate {
        Some((numerator, denominator)) => divide_rounding(timescale * denominator, numerator),
        None => divide_rounding(span, intervals),
    })
}

fn divide_rounding(numerator: i64, denominator: i64) -> i64 {
    (2 * numerator + denominator).div_euclid(2 * denominator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millisecond_rounding_disappears() {
        let mut cadence = Cadence::new(3_000, 135);
        let snapped: Vec<_> =
            [0, 33, 67, 100, 133].iter().map(|ms| cadence.snap(ms * 90).unwrap()).collect();
        assert_eq!(snapped, [0, 3_000, 6_000, 9_000, 12_000]);
    }

    #[test]
    fn a_dropped_frame_keeps_the_grid() {
        let mut cadence = Cadence::new(3_000, 135);
        cadence.snap(0);
        assert_eq!(cadence.snap(100 * 90), Some(9_000));
    }

    #[test]
    fn time_never_goes_backwards() {
        let mut cadence = Cadence::new(3_000, 135);
        cadence.snap(90_000);
        assert_eq!(cadence.snap(90_000), None);
        assert_eq!(cadence.snap(45_000), None);
    }

    #[test]
    fn standard_rates_are_recognised() {
        let ntsc: Vec<i64> = (0..60).map(|n| (n * 1_001 * 1_000 / 30_000) * 90).collect();
        assert_eq!(frame_duration(&ntsc, 90_000, None), Some(3_003));
        let pal: Vec<i64> = (0..25).map(|n| n * 3_600).collect();
        assert_eq!(frame_duration(&pal, 90_000, None), Some(3_600));
        let thirty: Vec<i64> = (0..31).map(|n| (n * 1_000 / 30) * 90).collect();
        assert_eq!(frame_duration(&thirty, 90_000, None), Some(3_000));
        assert_eq!(frame_duration(&thirty, 90_000, Some((30_000, 1_001))), Some(3_003));
        assert_eq!(frame_duration(&thirty, 90_000, Some((60, 1))), Some(3_000), "a false claim");
        let odd: Vec<i64> = (0..20).map(|n| n * 5_300).collect();
        assert_eq!(frame_duration(&odd, 90_000, None), Some(5_300));
        assert_eq!(frame_duration(&[0], 90_000, None), None);
    }
}
