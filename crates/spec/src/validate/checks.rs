//! The judgements behind the catalogue, one file per area.

pub(super) mod config;
pub(super) mod database;
pub(super) mod gateway;
pub(super) mod host;
pub(super) mod identity;
pub(super) mod logs;
pub(super) mod redis;
pub(super) mod services;
pub(super) mod streaming;
pub(super) mod tls;

use super::facts::{HttpAnswer, Observed};
use super::finding::{Outcome, Verdict};

/// Judges something that was seen; what could not be seen fails or is skipped by itself.
fn seen<T>(
    subject: impl Into<String>,
    observed: &Observed<T>,
    judge: impl FnOnce(&T) -> (bool, String),
) -> Verdict {
    let subject = subject.into();
    match observed {
        Observed::Seen(value) => {
            let (passed, evidence) = judge(value);
            Verdict::of(subject, passed, evidence)
        }
        Observed::Failed(why) => Verdict::of(subject, false, why),
        Observed::Skipped(reason) => Verdict {
            subject,
            outcome: Outcome::Skipped { reason: reason.clone() },
            evidence: String::new(),
        },
    }
}

/// As [`seen`], but what was seen can only warn.
fn advised<T>(
    subject: impl Into<String>,
    observed: &Observed<T>,
    judge: impl FnOnce(&T) -> (bool, String),
) -> Verdict {
    let mut verdict = seen(subject, observed, judge);
    if verdict.outcome == Outcome::Fail {
        verdict.outcome = Outcome::Warn;
    }
    verdict
}

/// Judges a status code.
fn status_is(expected: u16) -> impl Fn(&HttpAnswer) -> (bool, String) {
    move |answer| (answer.status == expected, format!("HTTP {}", answer.status))
}

/// Judges that an error is `application/problem+json` with this status and a stable code.
fn problem(status: u16) -> impl Fn(&HttpAnswer) -> (bool, String) {
    move |answer| {
        let kind = answer.headers.get("content-type").map_or("", String::as_str);
        let shaped =
            kind.starts_with("application/problem+json") && answer.body.contains("\"code\"");
        (answer.status == status && shaped, format!("HTTP {}, {kind}", answer.status))
    }
}
