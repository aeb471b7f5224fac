//! Rules for answers: status, headers, and equality between viewers.

use super::{
    fetch::Answer,
    finding::{Finding, Rule},
};

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// A playlist as it stands.
    Playlist,
    /// A playlist with a part that was awaited.
    BlockingPlaylist,
    /// An init segment, segment or part.
    Media,
}

/// Everything wrong with a successful answer. `target_duration` is in seconds.
pub(super) fn check(answer: &Answer, asked: Asked, target_duration: u64) -> Vec<Finding> {
    if answer.status != 200 {
        let evidence = format!("{} answers {}", answer.url, answer.status);
        return vec![Finding::new(Rule::Unavailable, evidence)];
    }
    let mut findings = Vec::new();
    let mut need = |holds: bool, rule, header: &str| {
        if !holds {
            let evidence = format!("{}: {header}: {:?}", answer.url, answer.header(header));
            findings.push(Finding::new(rule, evidence));
        }
    };
    let types: &[&str] = match asked {
        Asked::Media => &["video/mp4", "audio/mp4", "video/iso.segment", "audio/iso.segment"],
        _ => &["application/vnd.apple.mpegurl", "audio/mpegurl"],
    };
    let media_type = answer.header("content-type").split(';').next().unwrap_or_default();
    need(types.contains(&media_type), Rule::ContentType, "content-type");
    let origin = "access-control-allow-origin";
    need(matches!(answer.header(origin), "*" | "https://player.example"), Rule::Cors, origin);
    let cached = cacheable(answer.header("cache-control"), asked, target_duration);
    need(cached, Rule::CacheControl, "cache-control");
    findings
}

/// Appendix B.1: what never changes is kept long, what changes with each part is not.
fn cacheable(cache_control: &str, asked: Asked, target_duration: u64) -> bool {
    let mut directives = cache_control.split(',').map(str::trim);
    let max_age = directives.clone().find_map(|word| word.strip_prefix("max-age="));
    let max_age: Option<u64> = max_age.and_then(|age| age.parse().ok());
    let forbidden = directives.any(|word| word == "no-store" || word == "no-cache");
    match asked {
        Asked::Playlist => forbidden || max_age.is_some_and(|age| age <= target_duration),
        Asked::BlockingPlaylist => !forbidden && max_age.is_some_and(|age| age > 0),
        Asked::Media => !forbidden && max_age.is_some_and(|age| age >= 6 * target_duration),
    }
}

/// Holds the answers to one and the same request against each other.
pub(super) fn same_bytes(answers: &[Answer]) -> Option<Finding> {
    let first = answers.first()?;
    let other = answers.iter().find(|answer| answer.body != first.body)?;
    let evidence = format!(
        "{}: {} bytes to one viewer, {} other bytes to another",
        first.url,
        first.body.len(),
        other.body.len()
    );
    Some(Finding::new(Rule::SameBytes, evidence))
}

/// Holds a gzip answer against the plain one to the same request.
pub(super) fn same_unpacked(plain: &Answer, packed: &Answer) -> Option<Finding> {
    let problem = if packed.header("content-encoding") == "gzip" {
        match packed.unpacked() {
            Ok(unpacked) if unpacked == plain.body => return None,
            Ok(unpacked) => {
                format!("unpacks to {} bytes, plain has {}", unpacked.len(), plain.body.len())
            }
            Err(error) => format!("{error:#}"),
        }
    } else if packed.body == plain.body {
        "comes without gzip though it was asked for".to_owned()
    } else {
        "differs from the plain answer".to_owned()
    };
    Some(Finding::new(Rule::GzipDiffers, format!("{}: {problem}", packed.url)))
}
