//! The OpenID provider, seen from outside by a relying party that shares no code with it.

mod basic;
mod clients;
mod consent;
mod device;
mod introspection;
mod logout;
mod party;
mod refresh;
mod tampering;
