//! Limits leave something through.

use super::Broken;
use crate::Spec;

pub(super) fn check(spec: &Spec, broken: &mut Vec<Broken>) {
    let limits = &spec.limits;
    for (key, value) in [
        ("request_body_bytes", limits.request_body_bytes),
        ("api_requests_per_second", limits.api_requests_per_second.into()),
        ("sign_in_requests_per_minute", limits.sign_in_requests_per_minute.into()),
        ("connections_per_address", limits.connections_per_address.into()),
        ("live_connections_per_address", limits.live_connections_per_address.into()),
    ] {
        if value == 0 {
            broken.push(Broken::at(
                &["limits", key],
                "a limit of 0 would refuse everything",
                "write a number above 0",
            ));
        }
    }
}
