//! From facts about a running platform to findings.
//!
//! Collecting facts (sockets, files, processes) belongs to the program; judging them belongs here,
//! so that every check can be tested with facts that break exactly that thing.

mod catalogue;
mod checks;
mod document;
mod facts;
mod finding;

use crate::Spec;

pub use catalogue::{CATALOGUE, Check};
pub use document::document;
pub use facts::{
    CertificateFacts, DatabaseFacts, Facts, FileFacts, GatewayFacts, HostFacts, HttpAnswer,
    IdentityFacts, LogFacts, Observed, RedisFacts, RouteAnswer, ServiceFacts, Site, StreamingFacts,
};
pub use finding::{Category, Finding, Outcome, Severity, Verdict};

/// Judges `facts` by every check of the catalogue, in catalogue order. A check that looks at several
/// things (services, routes, domains) gives one finding for each.
pub fn findings(spec: &Spec, facts: &Facts) -> Vec<Finding> {
    CATALOGUE
        .iter()
        .flat_map(|check| {
            (check.judge)(spec, facts).into_iter().map(|verdict| Finding {
                id: check.id,
                category: check.category,
                title: check.title,
                severity: check.severity,
                subject: verdict.subject,
                outcome: verdict.outcome,
                evidence: verdict.evidence,
                remedy: check.remedy,
            })
        })
        .collect()
}

/// Whether a platform with these findings is fit for use: nothing failed, and nothing that is
/// required was skipped.
pub fn all_passed(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| match finding.outcome {
        Outcome::Fail => false,
        Outcome::Skipped { .. } => finding.severity != Severity::Required,
        Outcome::Pass | Outcome::Warn | Outcome::Planned => true,
    })
}
