//! Certificates and protocol.

use time::Duration;

use super::{advised, seen};
use crate::Spec;
use crate::validate::{CertificateFacts, Facts, Observed, Outcome, Site, Verdict};

pub(in crate::validate) fn valid_now(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    each(spec, facts, |_, certificate| {
        let inside = certificate.not_before <= facts.now && facts.now < certificate.not_after;
        (inside, format!("until {}", certificate.not_after.date()))
    })
}

pub(in crate::validate) fn expiry(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    let notice = Duration::days(spec.tls.warn_days_before_expiry.into());
    let unseen = Observed::default();
    spec.active_domains()
        .map(|domain| {
            let certificate = facts.certificates.get(domain).unwrap_or(&unseen);
            advised(domain, certificate, |certificate| {
                let left = certificate.not_after - facts.now;
                (left >= notice, format!("{} days left", left.whole_days()))
            })
        })
        .collect()
}

pub(in crate::validate) fn names(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    each(spec, facts, |domain, certificate| {
        let wanted = match facts.site {
            Site::Production => domain.to_owned(),
            Site::Local => crate::nginx::local_name(domain),
        };
        let covered = certificate.names.iter().any(|name| covers(name, &wanted));
        (covered, format!("{wanted}: {}", certificate.names.join(", ")))
    })
}

pub(in crate::validate) fn chain(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    each(spec, facts, |_, certificate| {
        let trusted = certificate.chain_trusted;
        (trusted, format!("issued by {}", certificate.issuer))
    })
}

pub(in crate::validate) fn issuer(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    if facts.site == Site::Local {
        return vec![Verdict {
            subject: String::new(),
            outcome: Outcome::Skipped { reason: "a local authority signs here".to_owned() },
            evidence: String::new(),
        }];
    }
    each(spec, facts, |_, certificate| {
        let accepted = spec.tls.issuers.iter().any(|word| certificate.issuer.contains(word));
        (accepted, certificate.issuer.clone())
    })
}

pub(in crate::validate) fn on_disk(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    each(spec, facts, |_, certificate| {
        let matches = certificate.matches_disk;
        (matches, if matches { "served = on disk, key matches" } else { "differs" }.to_owned())
    })
}

pub(in crate::validate) fn protocol(spec: &Spec, facts: &Facts) -> Vec<Verdict> {
    each(spec, facts, |_, certificate| {
        let modern = ["TLSv1.2", "TLSv1.3"].contains(&certificate.protocol.as_str());
        let old_refused = certificate.old_protocol_refused != Some(false);
        (modern && old_refused, certificate.protocol.clone())
    })
}

fn each(
    spec: &Spec,
    facts: &Facts,
    judge: impl Fn(&str, &CertificateFacts) -> (bool, String),
) -> Vec<Verdict> {
    let unseen = Observed::default();
    spec.active_domains()
        .map(|domain| {
            let certificate = facts.certificates.get(domain).unwrap_or(&unseen);
            seen(domain, certificate, |certificate| judge(domain, certificate))
        })
        .collect()
}

/// RFC 6125 §6.4: an exact name, or `*.` standing for exactly one leftmost label.
fn covers(name: &str, wanted: &str) -> bool {
    match name.strip_prefix("*.") {
        Some(suffix) => wanted.split_once('.').is_some_and(|(_, parent)| parent == suffix),
        None => name == wanted,
    }
}
