//! Passwords that are known from leaks: a Bloom filter that is part of the program, so that no
//! password leaves it to be checked.
//!
//! The file begins with the number of bits (eight bytes) and of probes (one byte), big end first;
//! the bits follow. `cargo xtask known-passwords` makes it.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};

use super::password::MIN_CHARACTERS;

/// The filter of the passwords that attackers try first.
static FILTER: &[u8] = include_bytes!("known_passwords.bloom");

/// Bits for each password. With 16 probes one of some 100,000 others is taken for known.
const BITS_PER_PASSWORD: u64 = 24;
/// Bits that are looked at for each password.
const PROBES: u8 = 16;
/// Bytes before the bits.
const HEADER: usize = 9;

/// Whether a password is known. Upper and lower case make no difference.
pub(crate) fn is_known(password: &str) -> bool {
    contains(FILTER, &password.to_lowercase())
}

/// Makes the filter of a list of passwords; says how many of them could be chosen here at all.
pub fn build<'a>(list: impl IntoIterator<Item = &'a str>) -> (Vec<u8>, usize) {
    let chosen: BTreeSet<String> = list
        .into_iter()
        .map(str::to_lowercase)
        .filter(|password| password.chars().count() >= MIN_CHARACTERS)
        .collect();
    let bits = (chosen.len() as u64 * BITS_PER_PASSWORD).max(8).next_multiple_of(8);
    let mut filter = bits.to_be_bytes().to_vec();
    filter.push(PROBES);
    filter.resize(HEADER + usize::try_from(bits / 8).unwrap_or(usize::MAX - HEADER), 0);
    for password in &chosen {
        for (byte, mask) in places(password, bits, PROBES) {
            if let Some(byte) = filter.get_mut(byte) {
                *byte |= mask;
            }
        }
    }
    (filter, chosen.len())
}

fn contains(filter: &[u8], password: &str) -> bool {
    let Some((bits, [probes, ..])) = filter.split_first_chunk::<8>() else { return false };
    let bits = u64::from_be_bytes(*bits);
    bits > 0
        && *probes > 0
        && places(password, bits, *probes)
            .all(|(byte, mask)| filter.get(byte).is_some_and(|byte| byte & mask != 0))
}

/// The bits of a password, each as a byte of the file and a mask: two halves of its hash, combined
/// as Kirsch and Mitzenmacher describe ("Less Hashing, Same Performance", 2006).
fn places(password: &str, bits: u64, probes: u8) -> impl Iterator<Item = (usize, u8)> {
    let hash = digest(&SHA256, password.as_bytes());
    let (first, rest) = hash.as_ref().split_first_chunk().unwrap_or((&[0; 8], &[]));
    let step = rest.first_chunk().unwrap_or(&[0; 8]);
    let (first, step) = (u64::from_be_bytes(*first), u64::from_be_bytes(*step) | 1);
    (0..u64::from(probes)).map(move |probe| {
        let bit = first.wrapping_add(probe.wrapping_mul(step)) % bits;
        (HEADER + usize::try_from(bit / 8).unwrap_or(usize::MAX - HEADER), 1 << (bit % 8))
    })
}

#[cfg(test)]
mod tests {
    use super::{build, contains, is_known};

    #[test]
    fn a_filter_knows_every_one_of_its_passwords() {
        let list: Vec<String> = (0..5_000).map(|n| format!("Password number {n}")).collect();
        let (filter, count) = build(list.iter().map(String::as_str).chain(["short"]));
        assert_eq!(count, 5_000);
        assert!(list.iter().all(|password| contains(&filter, &password.to_lowercase())));
        assert!(!contains(&[], "anything at all") && !contains(&[0; 9], "anything at all"));
    }

    #[test]
    fn the_shipped_filter_knows_what_attackers_try_first() {
        for known in ["1234567890", "Qwertyuiop", "iloveyou123", "manchester"] {
            assert!(is_known(known), "{known}");
        }
        assert!(!is_known("violet engine 1843 loom"));
    }

    /// 16 probes in a filter of 24 bits for each password: (1 − e^(−16/24))^16 is 1.2 in 100,000.
    #[test]
    fn the_shipped_filter_takes_hardly_any_other_password_for_known() {
        let wrong = (0..1_000_000).filter(|n| is_known(&format!("not on the list: {n}"))).count();
        assert!((1..40).contains(&wrong), "{wrong} of a million strangers were taken for known");
    }
}
