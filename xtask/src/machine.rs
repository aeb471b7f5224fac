//! What this machine has, and how it gets what it lacks.

pub(crate) mod node;
pub(crate) mod packages;
pub(crate) mod python;
