//! Merkle trees of RFC 6962: hashes, roots and what proves that a leaf is in a tree.
//!
//! Only leaf hashes and the roots of complete subtrees of 256, 65536, … leaves are kept, in rows
//! that never change. Every other hash is made of those when it is needed.

use std::ops::Range;

use aws_lc_rs::digest::{Context, SHA256};

/// A SHA-256 hash.
pub(crate) type Hash = [u8; 32];

/// A kept subtree of level `n` has `2^(STRIDE * n)` leaves.
const STRIDE: u32 = 8;
/// Highest level that a tree of `i64::MAX` leaves has.
const TOP: u32 = 7;
/// Kept hashes that make up the one of the next level.
pub(crate) const FAN: u64 = 1 << STRIDE;

/// The hash of a leaf.
pub(crate) fn leaf_hash(data: &[u8]) -> Hash {
    sha256(&[&[0], data])
}

/// The root over the leaf hashes taken so far. Holds one hash per binary digit of its size.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frontier {
    size: u64,
    /// Roots of the complete subtrees, the largest first.
    peaks: Vec<Hash>,
}

impl Frontier {
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next leaf hash.
    pub(crate) fn push(&mut self, leaf: Hash) {
        self.push_subtree(0, leaf);
    }

    /// Takes the root of the next `256^level` leaves. Those so far must be a multiple of that.
    fn push_subtree(&mut self, level: u32, mut root: Hash) {
        let height = STRIDE * level;
        let mut subtrees = self.size >> height;
        while subtrees & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            root = node_hash(&left, &root);
            subtrees >>= 1;
        }
        self.peaks.push(root);
        self.size += 1 << height;
    }

    /// The root; of an empty tree the hash of nothing.
    pub(crate) fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(mut root) = peaks.next().copied() else { return sha256(&[]) };
        for left in peaks {
            root = node_hash(left, &root);
        }
        root
    }
}

/// Neighbouring kept hashes: those of this level at these positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) level: u32,
    pub(crate) positions: Range<u64>,
}

/// The kept hashes, of this level at the highest, that the hash over a range of leaves is made of,
/// in order. A range that stands in a proof begins at a multiple of its length rounded up to a power
/// of two.
pub(crate) fn runs(leaves: &Range<u64>, highest: u32) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = leaves.start;
    while at < leaves.end {
        let level = (0..=TOP.min(highest))
            .rev()
            .find(|level| {
                let size = 1_u64 << (STRIDE * level);
                at.is_multiple_of(size) && leaves.end - at >= size
            })
            .unwrap_or(0);
        let height = STRIDE * level;
        let first = at >> height;
        let last = leaves.end >> height;
        runs.push(Run { level, positions: first..last });
        at = last << height;
    }
    runs
}

/// The hash over a range of leaves, from its [`runs`] and the hashes of each.
pub(crate) fn range_hash<'a>(runs: impl IntoIterator<Item = (&'a Run, &'a [Hash])>) -> Hash {
    let mut frontier = Frontier::default();
    for (run, hashes) in runs {
        for hash in hashes {
            frontier.push_subtree(run.level, *hash);
        }
    }
    frontier.root()
}

/// The ranges of leaves whose hashes prove that a leaf is in a tree, the nearest first (RFC 6962,
/// 2.1.1).
pub(crate) fn inclusion_path(leaf: u64, size: u64) -> Vec<Range<u64>> {
    let mut path = Vec::new();
    let mut within = 0..size;
    while within.end - within.start > 1 {
        let length = within.end - within.start;
        let middle = within.start + (1 << (u64::BITS - 1 - (length - 1).leading_zeros()));
        if leaf < middle {
            path.push(middle..within.end);
            within.end = middle;
        } else {
            path.push(within.start..middle);
            within.start = middle;
        }
    }
    path.reverse();
    path
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = Hash::default();
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

#[cfg(test)]
mod tests;
