//! Redis or Valkey.

use super::{advised, seen};
use crate::Spec;
use crate::validate::{Facts, Verdict};

pub(in crate::validate) fn ping(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.redis, |redis| {
        (redis.ping == "PONG", format!("{} from {}", redis.ping, redis.version))
    })]
}

pub(in crate::validate) fn persistent(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![seen("", &facts.redis, |redis| {
        let evidence = match (redis.persistent, redis.save_failed) {
            (false, _) => "persistence is off",
            (true, true) => "the last save failed",
            (true, false) => "writes are kept",
        };
        (redis.persistent && !redis.save_failed, evidence.to_owned())
    })]
}

pub(in crate::validate) fn password(_: &Spec, facts: &Facts) -> Vec<Verdict> {
    vec![advised("", &facts.redis, |redis| {
        let evidence = if redis.password_required { "required" } else { "not required" };
        (redis.password_required, evidence.to_owned())
    })]
}
