//! Specification, generated files and secrets.

use std::collections::BTreeMap;

use super::seen;
use crate::Spec;
use crate::validate::{Facts, FileFacts, Observed, Verdict};

pub(in crate::validate) fn spec_file(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.spec_file, |file| {
        (
            file.fresh,
            if file.fresh { "as built in" } else { "differs from the built-in one" }.into(),
        )
    })]
}

pub(in crate::validate) fn generated(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    each(&facts.generated, |file| {
        (
            file.fresh,
            if file.fresh { "as rendered" } else { "differs from what is rendered" }.into(),
        )
    })
}

pub(in crate::validate) fn secrets(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    each(&facts.secrets, |file| {
        (file.mode.trailing_zeros() >= 6, format!("mode {:04o}", file.mode))
    })
}

fn each(
    files: &BTreeMap<String, Observed<FileFacts>>,
    judge: impl Fn(&FileFacts) -> (bool, String),
) -> Vec<Verdict> {
    files.iter().map(|(path, file)| seen(path, file, &judge)).collect()
}
