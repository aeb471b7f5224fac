//! The known name that a mistyped one most likely meant.

/// Returns the candidate nearest to `name` by edit distance, when it is near enough to be a typing
/// mistake (at most a third of the longer name's letters, and at least one).
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= (name.chars().count().max(candidate.chars().count()) / 3).max(1)
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance over characters, one row at a time.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_the_mistyped_name_and_nothing_far_away() {
        let known = ["port", "health", "status", "folder"];
        assert_eq!(nearest("prot", known), None);
        assert_eq!(nearest("ports", known), Some("port"));
        assert_eq!(nearest("helth", known), Some("health"));
        assert_eq!(nearest("statsu", known), Some("status"));
        assert_eq!(nearest("certificate", known), None);
    }
}
