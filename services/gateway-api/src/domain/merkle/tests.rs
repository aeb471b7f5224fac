use std::ops::Range;

use super::{FAN, Frontier, Hash, inclusion_path, leaf_hash, node_hash, range_hash, runs, sha256};

/// Leaves and roots of the reference implementation of Certificate Transparency.
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
}

/// The definition of RFC 6962, 2.1, word for word.
fn definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [leaf] => *leaf,
        leaves => {
            let split = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(split);
            node_hash(&definition(left), &definition(right))
        }
    }
}

/// The hash over a range as it is made from what is kept.
fn from_kept(leaves: &[Hash], range: &Range<u64>) -> Hash {
    let runs = runs(range, u32::MAX);
    let kept: Vec<Vec<Hash>> = runs
        .iter()
        .map(|run| {
            let size = FAN.pow(run.level);
            let hash = |position: u64| {
                let from = usize::try_from(position * size).unwrap();
                definition(&leaves[from..from + usize::try_from(size).unwrap()])
            };
            run.positions.clone().map(hash).collect()
        })
        .collect();
    range_hash(runs.iter().zip(kept.iter().map(Vec::as_slice)))
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    let mut frontier = Frontier::default();
    assert_eq!(frontier.root().to_vec(), bytes(ROOTS[0]));
    for (leaf, root) in LEAVES.iter().zip(&ROOTS[1..]) {
        frontier.push(leaf_hash(&bytes(leaf)));
        assert_eq!(frontier.root().to_vec(), bytes(root));
    }
}

#[test]
fn the_frontier_follows_the_definition() {
    let leaves = leaves(600);
    let mut frontier = Frontier::default();
    for (size, leaf) in leaves.iter().enumerate() {
        assert_eq!(frontier.root(), definition(&leaves[..size]), "{size} leaves");
        frontier.push(*leaf);
    }
    assert_eq!(frontier.size(), 600);
}

#[test]
fn hashes_over_ranges_are_made_of_what_is_kept() {
    let leaves = leaves(66_100);
    for size in [1, 2, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_537, 66_100] {
        let whole = definition(&leaves[..usize::try_from(size).unwrap()]);
        assert_eq!(from_kept(&leaves, &(0..size)), whole, "{size}");
        let read: u64 = runs(&(0..size), u32::MAX)
            .iter()
            .map(|run| run.positions.end - run.positions.start)
            .sum();
        assert!(read < 3 * FAN, "{size} leaves read {read} hashes");
    }
}

/// RFC 9162, 2.1.3.2: how a verifier that knows only the root uses a proof.
fn root_of_proof(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

#[test]
fn every_leaf_can_be_proven_in_every_tree() {
    let leaves = leaves(1030);
    for size in [1_u64, 2, 3, 7, 8, 9, 255, 256, 257, 1023, 1024, 1030] {
        let root = definition(&leaves[..usize::try_from(size).unwrap()]);
        for index in 0..size {
            let path: Vec<Hash> =
                inclusion_path(index, size).iter().map(|range| from_kept(&leaves, range)).collect();
            let leaf = leaves[usize::try_from(index).unwrap()];
            assert_eq!(root_of_proof(leaf, index, size, &path), Some(root), "{index} of {size}");
        }
    }
}
