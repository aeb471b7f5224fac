/// The known word nearest to what was written, if one is near enough to be a slip.
pub fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let bound = (written.chars().count() / 3).max(2);
    known
        .map(|word| (distance(written, word), word))
        .filter(|(distance, _)| *distance <= bound)
        .min()
        .map(|(_, word)| word.to_owned())
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distance_counts_edits() {
        for (a, b, edits) in [("", "", 0), ("port", "port", 0), ("prot", "port", 2), ("", "ab", 2)]
        {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
    }

    #[test]
    fn a_slip_finds_its_word_and_nonsense_none() {
        let known = ["rtmp_port", "http_port", "title"];
        assert_eq!(nearest("rtmp_prot", known.into_iter()).as_deref(), Some("rtmp_port"));
        assert_eq!(nearest("zzzzzzzz", known.into_iter()), None);
    }
}
