//! The only SQL of this service.

pub mod streams;
