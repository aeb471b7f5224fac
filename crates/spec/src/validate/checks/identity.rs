//! Sign-in and tokens.

use super::{advised, problem, seen};
use crate::Spec;
use crate::validate::{Facts, Verdict};

pub(in crate::validate) fn jwks(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.identity.jwks_keys, |keys| (*keys > 0, format!("{keys} keys")))]
}

pub(in crate::validate) fn without_token(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.identity.without_token, problem(401))]
}

pub(in crate::validate) fn forged_token(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.identity.forged_token, problem(401))]
}

pub(in crate::validate) fn administrator(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![advised("", &facts.identity.administrator, |exists| {
        (*exists, if *exists { "exists" } else { "none yet" }.to_owned())
    })]
}
