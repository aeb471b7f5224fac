//! Judging an audit log: entry by entry against its leaf, all of them against signed checkpoints.

use std::collections::VecDeque;
use std::fmt;

use uuid::Uuid;

use super::audit_leaf::Recorded;
use super::checkpoint::Checkpoint;
use super::merkle::{Frontier, Hash};

/// Something about a log that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// An entry is not as it was when it was written.
    Edited {
        /// Its place in the log.
        seq: u64,
        /// The entry.
        entry: Uuid,
    },
    /// An entry is gone; its place shows that it was there.
    Deleted {
        /// Its place in the log.
        seq: u64,
        /// The entry.
        entry: Uuid,
    },
    /// Nothing stands at a place although something stands behind it.
    Gap {
        /// The first place that is empty.
        seq: u64,
    },
    /// An entry stands at a place where the next should be another.
    OutOfOrder {
        /// The place that was due.
        seq: u64,
        /// The place that came.
        found: u64,
    },
    /// An entry is there that was never given a place.
    Inserted {
        /// The entry.
        entry: Uuid,
    },
    /// An entry was deleted before it was given a place.
    Vanished {
        /// The entry.
        entry: Uuid,
    },
    /// What a checkpoint sealed is not what is there.
    Rewritten {
        /// The first place that may differ: up to here an earlier checkpoint holds.
        from: u64,
        /// The entry at that place.
        first: Option<Uuid>,
        /// Size that the checkpoint sealed.
        size: u64,
    },
    /// The log is shorter than a checkpoint says it was.
    Truncated {
        /// How long it is.
        length: u64,
        /// How long it was.
        size: u64,
    },
    /// Two checkpoints sealed different logs of the same size.
    Forked {
        /// The size.
        size: u64,
    },
    /// A checkpoint cannot be believed.
    Checkpoint {
        /// Which of the checkpoints, counted from one, and where it is from.
        place: String,
        /// Why.
        reason: String,
    },
    /// A kept hash of the tree is wrong, so that proofs fail.
    Subtree {
        /// Level of the hash.
        level: u32,
        /// Its position on the level.
        position: u64,
    },
    /// A line of an exported log cannot be read.
    Unreadable {
        /// The line, counted from one.
        line: u64,
        /// Why.
        reason: String,
    },
}

/// What was found in a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries that were looked at.
    pub entries: u64,
    /// Checkpoints that the log was held against.
    pub checkpoints: u64,
    /// Entries, from the first, that checkpoints seal as they are.
    pub sealed: u64,
    /// Entries that are not in the tree yet.
    pub pending: u64,
    /// What cannot be right; the first comes first. An empty list means that the log is sound.
    pub findings: Vec<Finding>,
}

/// Takes a log entry by entry.
#[derive(Debug, Default)]
pub(crate) struct Verification {
    tree: Frontier,
    /// Those that are still to come, the smallest first.
    ahead: VecDeque<Checkpoint>,
    /// The entry behind the last checkpoint that held.
    first_unsealed: Option<Uuid>,
    /// Whether the tree cannot be followed any more.
    lost: bool,
    report: Report,
}

impl Verification {
    /// A verification against checkpoints whose signatures are good.
    pub(crate) fn against(mut checkpoints: Vec<Checkpoint>) -> Self {
        checkpoints.sort_by_key(|checkpoint| checkpoint.size);
        let mut verification = Self::default();
        verification.report.checkpoints = checkpoints.len() as u64;
        for checkpoint in checkpoints {
            match verification.ahead.back() {
                Some(last) if last.size == checkpoint.size && last.root != checkpoint.root => {
                    verification.note(Finding::Forked { size: checkpoint.size });
                }
                Some(last) if *last == checkpoint => {}
                _ => verification.ahead.push_back(checkpoint),
            }
        }
        verification.seal_empty();
        verification
    }

    /// Takes the next entry: its place, the leaf hash kept for it, and itself unless it is gone.
    pub(crate) fn take(&mut self, seq: u64, entry: Uuid, leaf: Hash, recorded: Option<&Recorded>) {
        let due = self.report.entries;
        if seq > due {
            self.note(Finding::Gap { seq: due });
            self.lost = true;
        } else if seq < due {
            self.note(Finding::OutOfOrder { seq: due, found: seq });
            self.lost = true;
            return;
        }
        self.report.entries = seq + 1;
        match recorded {
            None => self.note(Finding::Deleted { seq, entry }),
            Some(recorded) => {
                let same = recorded.leaf_hash().is_ok_and(|hash| hash == leaf);
                if !same || recorded.id != entry {
                    self.note(Finding::Edited { seq, entry });
                }
            }
        }
        if !self.lost {
            self.first_unsealed.get_or_insert(entry);
            self.tree.push(leaf);
            self.seal();
        }
    }

    pub(crate) fn note(&mut self, finding: Finding) {
        self.report.findings.push(finding);
    }

    pub(crate) fn set_pending(&mut self, pending: u64) {
        self.report.pending = pending;
    }

    pub(crate) fn finish(mut self) -> Report {
        if let Some(last) = self.ahead.back()
            && last.size > self.report.entries
        {
            let finding = Finding::Truncated { length: self.report.entries, size: last.size };
            self.report.findings.push(finding);
        }
        self.report
    }

    /// Holds the tree against the checkpoints of its present size.
    fn seal(&mut self) {
        while let Some(checkpoint) = self.ahead.front()
            && checkpoint.size <= self.tree.size()
        {
            if checkpoint.root == self.tree.root() {
                self.report.sealed = checkpoint.size;
                self.first_unsealed = None;
                self.ahead.pop_front();
                continue;
            }
            // Every later checkpoint differs too; the first names the place.
            let (from, size) = (self.report.sealed, checkpoint.size);
            let first = self.first_unsealed;
            self.note(Finding::Rewritten { from, first, size });
            self.lost = true;
            return;
        }
    }

    /// A checkpoint of nothing holds for every log.
    fn seal_empty(&mut self) {
        while self.ahead.front().is_some_and(|checkpoint| checkpoint.size == 0) {
            self.ahead.pop_front();
        }
    }
}

impl Report {
    /// Whether nothing was found.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited { seq, entry } => write!(f, "entry {seq} ({entry}) was changed"),
            Self::Deleted { seq, entry } => write!(f, "entry {seq} ({entry}) was deleted"),
            Self::Gap { seq } => write!(f, "entry {seq} is gone, and its place in the tree"),
            Self::OutOfOrder { seq, found } => {
                write!(f, "entry {found} stands where entry {seq} should be")
            }
            Self::Inserted { entry } => {
                write!(f, "entry {entry} was inserted: it has no place in the tree")
            }
            Self::Vanished { entry } => {
                write!(f, "entry {entry} was deleted before it had a place in the tree")
            }
            Self::Rewritten { from, first, size } => {
                let last = size.saturating_sub(1);
                write!(
                    f,
                    "entries {from} to {last} are not those that the checkpoint of size {size} sealed; all before hold"
                )?;
                first.map_or(Ok(()), |first| write!(f, ", the first that may differ is {first}"))
            }
            Self::Truncated { length, size } => {
                write!(
                    f,
                    "the log was cut off: it has {length} entries, a checkpoint sealed {size}"
                )
            }
            Self::Forked { size } => {
                write!(f, "two checkpoints sealed different logs of {size} entries")
            }
            Self::Checkpoint { place, reason } => write!(f, "{place}: {reason}"),
            Self::Subtree { level, position } => {
                write!(f, "the kept hash {position} of level {level} is not that of its leaves")
            }
            Self::Unreadable { line, reason } => write!(f, "line {line} cannot be read: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::audit_leaf::Recorded;
    use super::super::audit_leaf::tests::entry;
    use super::super::checkpoint::Checkpoint;
    use super::super::merkle::Frontier;
    use super::{Finding, Report, Verification};

    fn log(length: u128) -> Vec<Recorded> {
        (0..length).map(entry).collect()
    }

    /// Checkpoints of a log at these sizes.
    fn checkpoints(log: &[Recorded], sizes: &[usize]) -> Vec<Checkpoint> {
        let root = |size: usize| {
            let mut tree = Frontier::default();
            log[..size].iter().for_each(|entry| tree.push(entry.leaf_hash().unwrap()));
            tree.root()
        };
        sizes.iter().map(|&size| Checkpoint { size: size as u64, root: root(size) }).collect()
    }

    fn verify(log: &[Recorded], checkpoints: Vec<Checkpoint>) -> Report {
        let mut verification = Verification::against(checkpoints);
        for (seq, entry) in log.iter().enumerate() {
            let leaf = entry.leaf_hash().unwrap();
            verification.take(seq as u64, entry.id, leaf, Some(entry));
        }
        verification.finish()
    }

    #[test]
    fn a_sound_log_is_sealed_up_to_its_last_checkpoint() {
        let log = log(10);
        let report = verify(&log, checkpoints(&log, &[0, 7, 3, 7]));
        assert_eq!((report.entries, report.sealed, report.checkpoints), (10, 7, 4));
        assert_eq!(report.findings, []);
        assert!(verify(&[], vec![]).is_sound());
    }

    #[test]
    fn entries_and_leaves_rewritten_together_are_caught_by_the_checkpoint_behind_them() {
        let original = log(10);
        let sealed = checkpoints(&original, &[3, 7, 10]);
        for change in 0..4 {
            let mut log = original.clone();
            match change {
                0 => log[5].outcome = "failure".to_owned(),
                1 => log.swap(4, 5),
                2 => drop(log.remove(4)),
                _ => log.insert(4, entry(99)),
            }
            let report = verify(&log, sealed.clone());
            let first = Some(log[3].id);
            assert_eq!(report.findings[0], Finding::Rewritten { from: 3, first, size: 7 });
            assert_eq!(report.sealed, 3);
        }
    }

    #[test]
    fn a_log_that_was_cut_off_is_shorter_than_its_checkpoint() {
        let log = log(10);
        let report = verify(&log[..8], checkpoints(&log, &[7, 10]));
        assert_eq!(report.findings, [Finding::Truncated { length: 8, size: 10 }]);
        assert_eq!(report.sealed, 7);
    }

    #[test]
    fn two_histories_do_not_both_hold() {
        let one = log(5);
        let mut other = one.clone();
        other[4].action = "session.sign_out".to_owned();
        let both = [checkpoints(&one, &[5]), checkpoints(&other, &[5])].concat();
        assert_eq!(verify(&one, both).findings, [Finding::Forked { size: 5 }]);
    }

    #[test]
    fn entries_that_differ_from_their_leaves_are_named() {
        let log = log(4);
        let mut verification = Verification::against(checkpoints(&log, &[4]));
        let edited = Recorded { subject: None, ..log[1].clone() };
        for (seq, recorded) in
            [Some(&log[0]), Some(&edited), None, Some(&log[3])].iter().enumerate()
        {
            let leaf = log[seq].leaf_hash().unwrap();
            verification.take(seq as u64, log[seq].id, leaf, *recorded);
        }
        let report = verification.finish();
        let (second, third) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(
            report.findings,
            [Finding::Edited { seq: 1, entry: second }, Finding::Deleted { seq: 2, entry: third }]
        );
        assert_eq!(report.sealed, 4, "the leaves are those that were sealed");
    }

    #[test]
    fn places_follow_each_other() {
        let log = log(4);
        let mut verification = Verification::against(checkpoints(&log, &[4]));
        for seq in [0, 1, 3, 1] {
            let entry = &log[seq];
            verification.take(seq as u64, entry.id, entry.leaf_hash().unwrap(), Some(entry));
        }
        let found = verification.finish().findings;
        assert_eq!(found, [Finding::Gap { seq: 2 }, Finding::OutOfOrder { seq: 4, found: 1 }]);
    }
}
