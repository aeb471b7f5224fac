//! The only SQL of this service.

pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod audit_tree;
pub(crate) mod mail_links;
pub(crate) mod mail_outbox;
pub(crate) mod people;
pub(crate) mod plans;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
pub(crate) mod users;
