//! Whether a series of samples grows.

/// Samples over time.
#[derive(Debug, Clone, Default)]
pub struct Series(Vec<(f64, f64)>);

impl Series {
    /// Adds `value` at `time`; times do not go back.
    pub fn push(&mut self, time: f64, value: f64) {
        self.0.push((time, value));
    }

    /// The samples from the second half of the time.
    pub fn second_half(&self) -> Self {
        let (first, last) = (self.0.first(), self.0.last());
        let middle = first.zip(last).map_or(0.0, |(first, last)| f64::midpoint(first.0, last.0));
        Self(self.0.iter().copied().filter(|(time, _)| *time >= middle).collect())
    }

    /// Units of value per unit of time by least squares; nothing where all samples are of one time.
    pub fn slope(&self) -> Option<f64> {
        let count = f64::from(u32::try_from(self.0.len()).ok()?);
        let mean_time = self.0.iter().map(|(time, _)| time).sum::<f64>() / count;
        let mean_value = self.0.iter().map(|(_, value)| value).sum::<f64>() / count;
        let (mut product, mut square) = (0.0, 0.0);
        for (time, value) in &self.0 {
            product += (time - mean_time) * (value - mean_value);
            square += (time - mean_time).powi(2);
        }
        (square > 0.0).then(|| product / square)
    }

    /// The smallest, the middle and the largest value.
    pub fn spread(&self) -> Option<[f64; 3]> {
        let mut values: Vec<f64> = self.0.iter().map(|(_, value)| *value).collect();
        values.sort_by(f64::total_cmp);
        let [first, .., last] = values[..] else {
            return values.first().map(|only| [*only; 3]);
        };
        Some([first, *values.get(values.len() / 2)?, last])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(samples: &[(f64, f64)]) -> Series {
        Series(samples.to_vec())
    }

    #[test]
    fn the_slope_is_that_of_the_line_through_the_samples() {
        let line = series(&[(0.0, 5.0), (1.0, 7.0), (2.0, 9.0), (5.0, 15.0)]);
        assert!((line.slope().unwrap() - 2.0).abs() < 1e-12);
        let around = series(&[(0.0, 1.0), (1.0, -1.0), (2.0, -1.0), (3.0, 1.0)]);
        assert!(around.slope().unwrap().abs() < 1e-12);
        assert_eq!(series(&[(1.0, 2.0)]).slope(), None);
        assert_eq!(Series::default().slope(), None);
    }

    #[test]
    fn the_first_half_does_not_count() {
        let warming = series(&[(0.0, 0.0), (1.0, 90.0), (2.0, 100.0), (3.0, 100.0), (4.0, 100.0)]);
        assert_eq!(warming.second_half().0.len(), 3);
        assert_eq!(warming.second_half().slope(), Some(0.0));
    }

    #[test]
    fn the_spread_is_made_of_members() {
        let values = series(&[(0.0, 3.0), (1.0, 1.0), (2.0, 2.0)]);
        assert_eq!(values.spread(), Some([1.0, 2.0, 3.0]));
        assert_eq!(series(&[(0.0, 4.0)]).spread(), Some([4.0; 3]));
        assert_eq!(Series::default().spread(), None);
    }
}
