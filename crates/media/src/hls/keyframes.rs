//! Foresees the next keyframe from those that came.

/// Where the keyframes of a stretch of media lie, in media time, microseconds.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Keyframes {
    last: Option<i64>,
    interval: Option<i64>,
    /// From decoding to showing.
    composition_offset: i64,
}

impl Keyframes {
    pub(super) fn saw(&mut self, time: i64, composition_offset: i64) {
        self.interval = self.last.map(|last| time - last).filter(|interval| *interval > 0);
        self.last = Some(time);
        self.composition_offset = composition_offset;
    }

    /// The first keyframe at or after `earliest`, if they go on coming as they did.
    pub(super) fn first_from(&self, earliest: i64) -> Option<i64> {
        let (last, interval) = self.last.zip(self.interval)?;
        let intervals = (earliest - last + interval - 1).div_euclid(interval).max(1);
        Some(last + intervals * interval)
    }

    /// When a keyframe that is decoded at `time` is shown.
    pub(super) fn shown(self, time: i64) -> i64 {
        time + self.composition_offset
    }
}
