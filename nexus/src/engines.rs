//! The processes that `nexus up` runs: engines from the system's packages, and our own services.

pub(crate) mod locate;
pub(crate) mod nginx;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod record;
pub(crate) mod redis;
pub(crate) mod supervised;
