//! Size caps. A file holds one idea that its name says; a long one usually holds two.
//! (The cap on functions is clippy's `too_many_lines`.)

use super::{Excuses, Source};

pub(super) fn check(sources: &[Source], excuses: &Excuses) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in sources {
        let Some(cap) = cap(&source.path) else { continue };
        let lines = source.text.lines().count();
        if lines > cap && !excuses.size.contains_key(&source.path) {
            complaints.push(format!(
                "{}: {lines} lines, the cap is {cap}; split it by idea, or excuse it with a reason \
                 in xtask/tidy-excuses.toml",
                source.path
            ));
        }
    }
    for path in excuses.size.keys() {
        let needed = sources.iter().any(|source| {
            source.path == *path && cap(path).is_some_and(|cap| source.text.lines().count() > cap)
        });
        if !needed {
            complaints.push(format!(
                "xtask/tidy-excuses.toml: `{path}` needs no excuse for its size; remove the line"
            ));
        }
    }
    complaints
}

fn cap(path: &str) -> Option<usize> {
    let generated = path.starts_with("web/packages/api/") && path.contains("generated");
    match path.rsplit_once('.')?.1 {
        _ if generated => None,
        "rs" if path.ends_with("src/main.rs") => Some(50),
        "rs" => Some(600),
        "ts" | "tsx" => Some(500),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Excuses, Source, check};

    #[test]
    fn a_long_file_needs_an_excuse_and_an_excuse_needs_a_long_file() {
        let source = Source { path: "a/b.rs".to_owned(), text: "\n".repeat(601) };
        let mut excuses = Excuses::default();
        assert_eq!(check(std::slice::from_ref(&source), &excuses).len(), 1);
        excuses.size.insert("a/b.rs".to_owned(), "a table".to_owned());
        assert_eq!(check(&[source], &excuses).len(), 0);
        assert_eq!(check(&[], &excuses).len(), 1);
    }
}
