//! Lock files name only the public registries, so that they mean the same everywhere.

use super::Source;

const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";
const NPM: &str = "https://registry.npmjs.org/";

pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in sources {
        let (key, allowed) = if source.path.ends_with("Cargo.lock") {
            ("source = \"", CRATES)
        } else if source.path.ends_with("package-lock.json") {
            ("\"resolved\": \"", NPM)
        } else {
            continue;
        };
        for (number, line) in source.text.lines().enumerate() {
            let Some(value) = line.trim().strip_prefix(key) else { continue };
            // Members of an npm workspace are links to folders beside the lock file.
            let link = !value.contains("://") && source.path.ends_with("package-lock.json");
            if !value.starts_with(allowed) && !link {
                complaints.push(format!(
                    "{}:{}: comes from somewhere else than {allowed}; use the public registry",
                    source.path,
                    number + 1
                ));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::{Source, check};

    #[test]
    fn only_the_public_registries_pass() {
        let lock = |path: &str, text: &str| {
            check(&[Source { path: path.to_owned(), text: text.to_owned() }]).len()
        };
        assert_eq!(lock("Cargo.lock", &format!("source = \"{}\"", super::CRATES)), 0);
        assert_eq!(lock("Cargo.lock", "source = \"git+https://example.org/a\""), 1);
        assert_eq!(lock("web/package-lock.json", "\"resolved\": \"apps/tv\","), 0);
        assert_eq!(lock("web/package-lock.json", "\"resolved\": \"http://mirror/a.tgz\","), 1);
    }
}
