//! The limit on open files: every viewer is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the soft limit to the hard one. A refusal is no reason not to start; `nexus validate`
/// shows the limit.
pub(crate) fn raise_limit() {
    let limit = getrlimit(Resource::Nofile);
    _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}
