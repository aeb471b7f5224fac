//! Words that have no place in committed text: unfinished work and paths of one machine.

use super::{Excuses, Source};

/// Written in two halves so that this file does not contain them.
const FORBIDDEN: [(&str, &str, &str); 7] = [
    ("TO", "DO", "finish it, or leave it out"),
    ("FIX", "ME", "fix it, or leave it out"),
    ("XX", "X ", "say what is meant"),
    ("/wo", "rk/", "a path of one machine; use a relative one"),
    ("/ro", "ot/", "a path of one machine; use a relative one"),
    ("<<<<", "<<< ", "a merge conflict; resolve it"),
    (">>>>", ">>> ", "a merge conflict; resolve it"),
];

pub(super) fn check(sources: &[Source], excuses: &Excuses) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in sources {
        if excuses.words.contains_key(&source.path) || is_locked(&source.path) {
            continue;
        }
        for (number, line) in source.text.lines().enumerate() {
            for (front, back, remedy) in FORBIDDEN {
                let word = format!("{front}{back}");
                if line.contains(&word) {
                    let place = format!("{}:{}", source.path, number + 1);
                    complaints.push(format!("{place}: contains `{word}`; {remedy}"));
                }
            }
        }
    }
    complaints
}

fn is_locked(path: &str) -> bool {
    path.ends_with("Cargo.lock") || path.ends_with("package-lock.json")
}

#[cfg(test)]
mod tests {
    use super::{Excuses, Source, check};

    #[test]
    fn unfinished_work_is_found_unless_excused() {
        let source = Source { path: "a.rs".to_owned(), text: ["// TO", "DO\n"].concat() };
        let mut excuses = Excuses::default();
        assert_eq!(check(std::slice::from_ref(&source), &excuses).len(), 1);
        excuses.words.insert("a.rs".to_owned(), "it is about the word".to_owned());
        assert_eq!(check(&[source], &excuses).len(), 0);
    }
}
