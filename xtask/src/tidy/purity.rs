//! What may not be mentioned where: a service's `domain/` knows rules and nothing else, and pure
//! crates read neither clock nor environment.

use super::Source;

const DOMAIN: [&str; 7] =
    ["axum::", "sqlx::", "tokio::", "SystemTime", "Instant::now", "now_utc()", "std::env"];

const PURE: [&str; 7] = [
    "SystemTime::now",
    "Instant::now",
    "now_utc()",
    "std::env::var",
    "std::net::Tcp",
    "std::fs::",
    "std::thread",
];

pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in sources.iter().filter(|source| source.extension() == Some("rs")) {
        let (forbidden, place) = if is_domain(&source.path) {
            (&DOMAIN, "a service's domain takes time and data as arguments")
        } else if is_pure(&source.path) {
            (&PURE, "a pure crate takes time and data as arguments")
        } else {
            continue;
        };
        let own = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in own.lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for word in forbidden.iter().filter(|word| line.contains(**word)) {
                complaints.push(format!(
                    "{}:{}: mentions `{word}`; {place}",
                    source.path,
                    number + 1
                ));
            }
        }
    }
    complaints
}

fn is_domain(path: &str) -> bool {
    path.starts_with("services/") && (path.contains("/src/domain/") || path.ends_with("/domain.rs"))
}

fn is_pure(path: &str) -> bool {
    ["api", "media", "mixer", "spec", "tracking", "webauthn"]
        .iter()
        .any(|name| path.starts_with(&format!("crates/{name}/src/")))
}

#[cfg(test)]
mod tests {
    use super::{Source, check};

    fn complaints(path: &str, text: &str) -> usize {
        check(&[Source { path: path.to_owned(), text: text.to_owned() }]).len()
    }

    #[test]
    fn a_clock_in_a_domain_is_found_and_elsewhere_is_not() {
        let text = "fn f() { Instant::now(); }\n";
        assert_eq!(complaints("services/a/src/domain/b.rs", text), 1);
        assert_eq!(complaints("crates/media/src/b.rs", text), 1);
        assert_eq!(complaints("services/a/src/tasks.rs", text), 0);
    }

    #[test]
    fn comments_and_tests_may_mention_anything() {
        let text = "// Instant::now is not called\n#[cfg(test)]\nmod tests { Instant::now(); }\n";
        assert_eq!(complaints("crates/media/src/b.rs", text), 0);
    }
}
