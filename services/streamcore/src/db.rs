//! The only SQL of this service.

pub mod owners;
pub mod streams;
