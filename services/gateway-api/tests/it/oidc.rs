//! The OpenID provider, seen from outside by a relying party that shares no code with it.

mod basic;
mod clients;
mod consent;
mod device;
mod form_post;
mod introspection;
mod logout;
pub(crate) mod party;
mod refresh;
mod tampering;
