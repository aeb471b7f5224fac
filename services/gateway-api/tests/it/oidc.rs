//! The OpenID provider, seen from outside by a relying party that shares no code with it.

mod basic;
mod party;
