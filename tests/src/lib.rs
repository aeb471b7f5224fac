//! Scenarios across services, and the checkers that judge them from outside.

pub mod llhls;
pub mod whep;
